import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS, type RunContainer } from '@tessera/core'
import { BatchNorm2d, stateDictOf } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import type { RunState } from '../run/runState.js'
import { recordedRun } from '../testing/recordedRun.js'
import { TinyModel, tinyConfig, tinyOptions } from '../testing/tinyRun.js'
import { Hook } from './hook.js'

beforeAll(() => useBackend('auto'))

/** Each batch's own statistics of the four inputs, as the layer is to find them. */
const seen: { mean: number[]; variance: number[] }[] = []

class WithNorm extends TinyModel {
  private readonly norm = this.registerModule('norm', new BatchNorm2d({}, 4))
  override forward(inputs: tf.Tensor): tf.Tensor {
    if (this.training) tf.tidy(() => note(inputs))
    return super.forward(this.norm.call(inputs))
  }
}

function note(inputs: tf.Tensor): void {
  const rows = tf.reshape(inputs, [-1, 4])
  const { mean, variance } = tf.moments(rows, 0)
  const count = rows.shape[0] ?? 0
  seen.push({ mean: Array.from(mean.dataSync()), variance: Array.from(tf.mul(variance, count / (count - 1)).dataSync()) })
}

function prepared() {
  const options = tinyOptions()
  return {
    ...options,
    prepare(container: RunContainer) {
      options.prepare?.(container)
      container.rebind(MODELS, 'TinyModel', WithNorm)
    },
  }
}

/** The running statistics as each epoch's checkpoint has them. */
class Statistics extends Hook {
  override readonly priority = 'VERY_LOW'
  readonly found: { mean: number[]; variance: number[]; measured: number }[] = []
  override afterTrainEpoch(run: RunState): void {
    const state = stateDictOf(run.model)
    const of = (name: string) => Array.from(state.get(`norm.running_${name}`)?.data ?? [])
    this.found.push({ mean: of('mean'), variance: of('var'), measured: seen.length })
  }
}

function meanOf(rows: number[][]): number[] {
  return (rows[0] ?? []).map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length)
}

describe('PreciseBNHook', () => {
  test('the statistics are the mean over batches with the weights as they are', async () => {
    seen.length = 0
    const statistics = new Statistics()
    const before = tf.memory().numTensors
    // Seven batches an epoch, of which sixteen samples are four. Read back inside the step, so it must not be recorded.
    const config = tinyConfig({
      compile: false,
      train_cfg: { by_epoch: true, max_epochs: 2 },
      custom_hooks: [{ type: 'PreciseBNHook', num_samples: 16 }],
    })
    await recordedRun(config, prepared(), { hooks: [statistics] })
    for (const { mean, variance, measured } of statistics.found) {
      const batches = seen.slice(measured - 4, measured)
      for (const [at, value] of meanOf(batches.map((one) => one.mean)).entries()) expect(mean[at]).toBeCloseTo(value, 5)
      for (const [at, value] of meanOf(batches.map((one) => one.variance)).entries()) expect(variance[at]).toBeCloseTo(value, 5)
    }
    expect(statistics.found.map(({ measured }) => measured)).toEqual([11, 22])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('training goes on with the layers’ own momentum, resumed as well', async () => {
    const config = tinyConfig({ compile: false, custom_hooks: [{ type: 'PreciseBNHook', num_samples: 8 }] })
    const whole = await recordedRun(config, prepared())
    const first = await recordedRun(config, prepared(), { stopAt: 9 })
    const second = await recordedRun({ ...config, resume: true }, { ...prepared(), workDir: first.workDir })
    expect(second.weights).toEqual(whole.weights)
  })

  test('a model without batch norm is told so', async () => {
    const { lines } = await recordedRun(
      tinyConfig({ train_cfg: { by_epoch: true, max_epochs: 1 }, custom_hooks: [{ type: 'PreciseBNHook' }] }),
    )
    expect(lines.join('\n')).toContain('PreciseBNHook: the model has no batch norm that trains.')
  })
})
