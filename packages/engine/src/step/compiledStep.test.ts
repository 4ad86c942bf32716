import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS, type RunContainer, TesseraError } from '@tessera/core'
import { type LossDict, type TensorBatch, TensorModule } from '@tessera/nn'
import { stepEffect, stepGuard, tf, useBackend } from '@tessera/runtime'
import { Hook } from '../hooks/hook.js'
import { createRun } from '../run/createRun.js'
import { hooksOf, recordedRun } from '../testing/recordedRun.js'
import { registerTiny, TinyModel, tinyConfig, tinyOptions } from '../testing/tinyRun.js'

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

function using(model: typeof TinyModel): (container: RunContainer) => void {
  return (container) => {
    registerTiny(container)
    container.rebind(MODELS, 'TinyModel', model)
  }
}

describe('a compiled run', () => {
  test('has the losses of a run op by op: two batch shapes, dropout, momentum, schedulers, validation after each epoch', async () => {
    const compiled = await recordedRun(tinyConfig({ log_level: 'DEBUG' }))
    const eager = await recordedRun(tinyConfig({ log_level: 'DEBUG', compile: false }))
    expect(compiled.losses.size).toBe(21)
    for (const [iter, loss] of compiled.losses) expect(Math.abs(loss / (eager.losses.get(iter) ?? 0) - 1)).toBeLessThan(1e-5)
    expect(compiled.result.metrics['accuracy/top1']).toBe(eager.result.metrics['accuracy/top1'])
    const recorded = (lines: readonly string[]) =>
      lines.filter((line) => line.includes('Recorded a')).map((line) => line.replace(/.* a /, ''))
    expect(recorded(eager.lines)).toEqual([])
    const shapes = recorded(compiled.lines).map((line) => line.replace(/, \d+ ms$/, ''))
    expect(
      shapes.filter((line) => /^training step for inputs \[4, 1, 1, 4\], gt_label \[4\]: \d+ nodes, \d+ variables$/.test(line)).length,
    ).toBe(native ? 2 : 0)
    expect(shapes.filter((line) => line.startsWith('training step for inputs [2, 1, 1, 4]')).length).toBe(native ? 1 : 0)
    expect(shapes.filter((line) => line.startsWith('prediction step')).length).toBe(native ? 2 : 0)
  })

  test('names the module whose loss cannot be recorded, before anything is trained; falls back when told to', async () => {
    const { workDir } = tinyOptions()
    if (native) {
      const run = await createRun({ config: tinyConfig() }, { ...tinyOptions(workDir), prepare: using(PeekingModel) })
      const error: unknown = await run.train().catch((thrown: unknown) => thrown)
      expect(error instanceof TesseraError && error.code).toBe('NOT_RECORDABLE')
      expect(String(error)).toMatch(/^TesseraError: peeking: a tensor is read back .*compile: \{ fallback: true \}/)
      expect(run.state.progress.iter).toBe(0)
      run.dispose()
    }
    const options = { ...tinyOptions(), prepare: using(PeekingModel) }
    const run = await createRun({ config: tinyConfig({ compile: { fallback: true } }) }, options)
    const { metrics } = await run.train()
    expect(run.state.progress.iter).toBe(21)
    expect(metrics['accuracy/top1']).toBeGreaterThan(50)
    expect(options.lines.filter((line) => line.includes('run op by op')).length).toBe(native ? 1 : 0)
    run.dispose()
  })

  test('many recordings are worth a warning that names the shapes', async () => {
    const options = tinyOptions()
    const run = await createRun(
      { config: tinyConfig({ val_cfg: null, val_dataloader: null, val_evaluator: null }) },
      { ...options, prepare: using(FickleModel) },
    )
    await run.train()
    const warnings = options.lines.filter((line) => line.includes('steps have been recorded'))
    expect(warnings.length).toBe(native ? 1 : 0)
    if (native)
      expect(warnings[0]).toMatch(
        /WARNING - 9 steps .* so far: inputs \[4, 1, 1, 4\], gt_label \[4\]; inputs \[2, 1, 1, 4\], gt_label \[2\]$/,
      )
    run.dispose()
  })

  test('leaves no tensor behind, and a step none after the first', async () => {
    const before = tf.memory().numTensors
    const options = tinyOptions()
    const run = await createRun({ config: tinyConfig() }, options)
    const counts: number[] = []
    class Count extends Hook {
      override afterTrainIter(): void {
        counts.push(tf.memory().numTensors)
      }
    }
    hooksOf(run).add(new Count())
    await run.train()
    expect(new Set(counts.slice(2)).size).toBe(1)
    run.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

/** Has a module that reads what it gets: op by op that works. */
class PeekingModel extends TinyModel {
  private readonly peeking = this.registerModule('peeking', new Peeking())

  override loss(batch: TensorBatch): LossDict {
    this.peeking.call(batch.inputs)
    return super.loss(batch)
  }
}

class Peeking extends TensorModule {
  override forward(input: tf.Tensor): tf.Tensor {
    if (Number.isNaN(tf.sum(input).dataSync()[0])) throw new Error('not a number')
    return input
  }
}

/** Decides anew in every second step. */
class FickleModel extends TinyModel {
  private steps = 0

  override loss(batch: TensorBatch): LossDict {
    stepGuard(() => Math.floor(this.steps / 2))
    stepEffect(
      () => this.steps++,
      () => this.steps--,
    )
    return super.loss(batch)
  }
}
