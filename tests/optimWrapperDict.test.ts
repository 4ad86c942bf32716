import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, OPTIM_WRAPPER_CONSTRUCTORS, PARAM_SCHEDULERS, type RunContainer } from '@tessera/core'
import { Linear, type LogVars, type OptimWrapperContract, type TensorBatch } from '@tessera/nn'
import { CosineAnnealingLR, DefaultOptimWrapperConstructor, OptimWrapperDict } from '@tessera/optim'
import { randomNormal, stepEffect, stepGuard, tf, useBackend } from '@tessera/runtime'
import { recordedRun } from '../packages/engine/src/testing/recordedRun.js'
import { registerTiny, TinyModel, tinyConfig, tinyOptions } from '../packages/engine/src/testing/tinyRun.js'

/** The generator trains in every `CRITIC`-th step. */
const CRITIC = 3

/** A generative adversarial network: two optimizers, each with a loss and a time of its own, in one training step. */
class TinyGan extends TinyModel {
  private readonly generator = this.registerModule('generator', new Linear(2, 4))
  private readonly critic = this.registerModule('critic', new Linear(4, 1))
  private steps = 0

  override trainStep(batch: TensorBatch, optimWrapper: OptimWrapperContract): LogVars {
    if (!(optimWrapper instanceof OptimWrapperDict)) throw new TypeError('a GAN needs an OptimWrapperDict')
    const real = tf.reshape(batch.inputs, [-1, 4])
    const logs: LogVars = {}
    const logged = (name: string, loss: tf.Scalar): tf.Scalar => {
      logs[name] = tf.keep(tf.clone(loss))
      return loss
    }
    const made = () => this.generator.call(randomNormal([real.shape[0] ?? 0, 2]))
    const softplus = (x: tf.Tensor): tf.Scalar => tf.mean<tf.Scalar>(tf.softplus(x))
    const ofCritic = optimWrapper.get('critic').updateParams(() => {
      const loss = tf.add<tf.Scalar>(softplus(tf.neg(this.critic.call(real))), softplus(this.critic.call(made())))
      return logged('loss_critic', loss)
    })
    const generates = stepGuard(() => this.steps % CRITIC === CRITIC - 1)
    stepEffect(
      () => this.steps++,
      () => this.steps--,
    )
    const ofGenerator = generates
      ? optimWrapper.get('generator').updateParams(() => logged('loss_generator', softplus(tf.neg(this.critic.call(made())))))
      : {}
    const norm = ofCritic['grad_norm']
    tf.dispose(Object.values(ofGenerator))
    return norm === undefined ? logs : { ...logs, critic_norm: norm }
  }
}

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

function gan(changes: object = {}, workDir?: string) {
  const options = tinyOptions(workDir)
  const config = tinyConfig({
    model: { type: 'TinyGan' },
    log_level: 'DEBUG',
    optim_wrapper: {
      constructor: 'MultiOptimWrapperConstructor',
      critic: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.02 }, clip_grad: { max_norm: 1 }, accumulative_counts: 2 },
      generator: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } },
    },
    param_scheduler: [{ type: 'CosineAnnealingLR', by_epoch: false, T_max: 40 }],
    val_dataloader: null,
    val_cfg: null,
    val_evaluator: null,
    ...changes,
  })
  return {
    config,
    options: {
      ...options,
      prepare: (made: RunContainer) => {
        registerTiny(made)
        made.rebind(MODELS, 'TinyGan', TinyGan)
        made.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'DefaultOptimWrapperConstructor', DefaultOptimWrapperConstructor)
        made.rebind(PARAM_SCHEDULERS, 'CosineAnnealingLR', CosineAnnealingLR)
      },
    },
  }
}

describe('a model with an optimizer of its own for each part', () => {
  test('is the same compiled and op by op: weights, logs, two batch shapes, a critic that accumulates, a generator that waits', async () => {
    const [compiled, eager] = [gan(), gan({ compile: false })]
    const [a, b] = [await recordedRun(compiled.config, compiled.options), await recordedRun(eager.config, eager.options)]
    for (const [name, values] of a.weights) {
      const other = b.weights.get(name) ?? []
      for (const [index, value] of values.entries()) expect(Math.abs(value - (other[index] ?? Number.NaN))).toBeLessThan(2e-6)
    }
    // The rates of both move, which the graph must be fed.
    expect(Object.keys(a.state.training.optimWrapper?.getLr() ?? {})).toEqual(['critic.lr', 'generator.lr'])
    // The critic's window begins or ends, the generator waits or not; each anew for the epoch's smaller last batch, which has met three of the four.
    const recorded = (lines: readonly string[]) => lines.filter((line) => line.includes('Recorded a training step')).length
    expect([recorded(a.lines), recorded(b.lines)]).toEqual([native ? 7 : 0, 0])
  })
})
