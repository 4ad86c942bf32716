import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { DATA_LOADERS, type DataLoaderContract, type DataSample, type HostBatch, MODELS, type RunContainer } from '@tessera/core'
import {
  BaseDataPreprocessor,
  BaseModel,
  Buffer,
  type LossDict,
  Parameter,
  readSafetensors,
  stateDictOf,
  type TensorBatch,
  toFloat32,
} from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import * as v from 'valibot'
import { createRun } from '../run/createRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'

beforeAll(() => useBackend('auto'))

type Values = Record<string, number | number[]>
interface Case {
  hook: { type: string; [option: string]: unknown }
  checkpoints?: { epoch: number; state_dict: Values; ema_state_dict: Values }[]
  model_after_training?: Values
  error?: unknown
}

const golden: { cases: Record<string, Case> } = JSON.parse(
  gunzipSync(readFileSync(new URL('../../test-data/ema_hook.json.gz', import.meta.url))).toString(),
)

class Identity extends BaseDataPreprocessor {
  override upload(batch: HostBatch): TensorBatch {
    return {
      inputs: tf.tensor4d(
        batch.inputs.flatMap(({ data }) => Array.from(data)),
        [batch.inputs.length, 1, 1, 3],
      ),
    }
  }
  override forward(batch: TensorBatch): TensorBatch {
    return batch
  }
}

/** loss = mean(sum(x · w)²); a buffer counts the forwards of training. */
class Golden extends BaseModel {
  static readonly schema = v.strictObject({})
  readonly dataPreprocessor = new Identity()
  readonly w = this.registerParameter('w', new Parameter([3], { init: () => Float32Array.from([1, -2, 3]) }))
  readonly count = this.registerBuffer('count', new Buffer([]))
  override forward(inputs: tf.Tensor): tf.Tensor {
    return tf.sum(tf.mul(tf.reshape(inputs, [-1, 3]), this.w.variable), 1)
  }
  override loss(batch: TensorBatch): LossDict {
    this.count.variable.assign(tf.add(this.count.variable, 1))
    return { loss: tf.mean(tf.square(this.forward(batch.inputs))) }
  }
  override predict(): Record<string, tf.Tensor> {
    throw new Error('not validated here')
  }
  override attachPredictions(_: object, samples: readonly DataSample[]): DataSample[] {
    return [...samples]
  }
}

class InOrder implements DataLoaderContract {
  static readonly schema = v.strictObject({ size: v.number() })
  readonly length = 4
  readonly batchSize = 2
  readonly dataset = { length: 8, metainfo: {}, getItem: () => Promise.reject(new Error('unused')) }
  readonly sampler = { length: 8, setEpoch() {}, indices: () => [] }
  async *batches(_epoch: number, start = 0): AsyncIterable<HostBatch> {
    for (let at = start; at < 4; at++) {
      const items = [2 * at, 2 * at + 1].map((i) => Float32Array.from([0.1 * i, 1 - 0.2 * i, 0.3]))
      yield {
        inputs: items.map((data) => ({ data, height: 1, width: 1, channels: 3 })),
        data_samples: items.map(() => ({ metainfo: {} })),
      }
    }
  }
}

function prepare(container: RunContainer): void {
  container.rebind(MODELS, 'Golden', Golden)
  container.rebind(DATA_LOADERS, 'DataLoader', InOrder)
}

function config(hook: Case['hook'], changes: Record<string, unknown> = {}) {
  return tinyConfig({
    model: { type: 'Golden' },
    train_dataloader: { size: 8 },
    optim_wrapper: { lr: 0.1, momentum: 0 },
    param_scheduler: null,
    val_dataloader: null,
    val_cfg: null,
    val_evaluator: null,
    custom_hooks: [hook],
    ...changes,
  })
}

async function trained(hook: Case['hook'], workDir?: string, changes?: Record<string, unknown>) {
  const options = tinyOptions(workDir)
  const run = await createRun(
    { config: config(hook, changes) },
    {
      ...options,
      prepare: (container) => {
        options.prepare?.(container)
        prepare(container)
      },
    },
  )
  try {
    await run.train()
    return { workDir: options.workDir, weights: new Map([...stateDictOf(run.state.model)].map(([name, { data }]) => [name, data])) }
  } finally {
    run.dispose()
  }
}

function expectClose(got: Float32Array | undefined, wanted: number | number[] | undefined): void {
  const values = [wanted ?? []].flat()
  expect(got).toHaveLength(values.length)
  for (const [at, value] of values.entries())
    expect(Math.abs((got?.[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(value)))
}

describe('EMAHook leaves in checkpoints what MMEngine’s does', () => {
  test.each(Object.entries(golden.cases).filter(([, { error }]) => error === undefined))(
    '%s',
    async (_, { hook, checkpoints, model_after_training }) => {
      const { workDir, weights } = await trained(hook)
      for (const { epoch, state_dict, ema_state_dict } of checkpoints ?? []) {
        const read = (name: string) => {
          const file = path.join(workDir, `epoch_${epoch}`, name)
          return new Map([...readSafetensors(readFileSync(file), file).tensors].map(([key, tensor]) => [key, toFloat32(tensor)]))
        }
        const average = read('ema.safetensors')
        const model = read('model.safetensors')
        for (const name of ['w', 'count']) {
          expectClose(average.get(name), state_dict[name])
          expectClose(model.get(name), ema_state_dict[`module.${name}`])
        }
        const manifest = JSON.parse(readFileSync(path.join(workDir, `epoch_${epoch}`, 'trainer.json'), 'utf8'))
        expect(manifest.ema).toEqual({ steps: ema_state_dict['steps'] })
      }
      for (const name of ['w', 'count']) expectClose(weights.get(name), model_after_training?.[name])
    },
  )

  test('both beginnings are refused', async () => {
    await expect(trained(golden.cases['err_both_begin']?.hook ?? { type: 'EMAHook' })).rejects.toThrow(
      'begin_iter and begin_epoch are not both set',
    )
  })
})

test('resumed, it averages on to the same bits', async () => {
  const hook = { type: 'EMAHook', momentum: 0.2 }
  const whole = await trained(hook)
  const first = await trained(hook, undefined, { train_cfg: { by_epoch: true, max_epochs: 2 } })
  const second = await trained(hook, first.workDir, { resume: true })
  expect(second.weights).toEqual(whole.weights)
  for (const name of ['model.safetensors', 'ema.safetensors'])
    expect(readFileSync(path.join(second.workDir, 'epoch_3', name)).equals(readFileSync(path.join(whole.workDir, 'epoch_3', name)))).toBe(
      true,
    )
})

test('what does not fit is named', async () => {
  await expect(trained({ type: 'EMAHook', momentun: 0.2 })).rejects.toThrow(
    /^EMAHook\.momentun: ExponentialMovingAverage has no option 'momentun'/,
  )
  await expect(trained({ type: 'EMAHook', ema_type: 'CosinEMA' })).rejects.toThrow(/^EMAHook\.ema_type: .*Did you mean 'CosineEMA'/)
  await expect(trained({ type: 'EMAHook', begin_epoch: 9 })).rejects.toThrow(
    /begin_epoch: the average would begin after the end of the run/,
  )
})
