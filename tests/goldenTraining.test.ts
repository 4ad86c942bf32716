import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, PARAM_SCHEDULERS, RunContainer } from '@tessera/core'
import type { ParamSchedulerContract } from '@tessera/engine'
import {
  BaseModel,
  buildModule,
  loadStateDict,
  readSafetensors,
  type StateDict,
  stateDictOf,
  type TensorBatch,
  toFloat32,
} from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { CompiledFunction, tf, useBackend, withStepRandom } from '@tessera/runtime'

interface Golden {
  readonly model: object
  readonly optim_wrapper: object
  readonly param_scheduler: object
  readonly train: readonly { loss: number; lrs: readonly number[]; grad_norm: number }[]
}

const MODEL_DATA = join(import.meta.dirname, '../packages/models/test-data')
const DATA = join(import.meta.dirname, 'data')
const golden: Record<string, Golden> = untuple(JSON.parse(gunzip(join(DATA, 'training.json.gz')).toString('utf8')))

beforeAll(async () => {
  await useBackend()
})

const MODELS_WITH_GOLDEN_STEPS = ['vit', 'vit_avg_ls_hidden_smooth', 'resnet18', 'swin', 'beit', 'mae'] as const

/**
 * How far the golden losses of resnet18 and those of PyTorch 2.15's own bfloat16 autocast are apart: its last normalization is over four
 * numbers. For vit they are 0.004 apart.
 */
const AUTOCAST_OF_RESNET18 = 0.107

describe('thirty steps as MMPreTrain took them', () => {
  test.each(MODELS_WITH_GOLDEN_STEPS.flatMap((name) => [[name, 'op by op'] as const, [name, 'compiled'] as const]))(
    '%s, %s: losses, gradient norms and learning rates',
    async (name, how) => {
      const { model, optimWrapper, scheduler, expected } = start(name)
      const batches = readTensors(join(MODEL_DATA, 'batches.safetensors.gz'))
      // Where steps cannot be compiled they run op by op, as in a run.
      const compiled = how === 'compiled' ? await compileStep(model, optimWrapper) : undefined
      const before = tf.memory().numTensors
      for (const [step, { loss, lrs, grad_norm }] of expected.entries()) {
        const got = [...new Set(optimWrapper.getLr()['lr'])].sort((a, b) => a - b)
        expect(got.length).toBe(lrs.length)
        for (const [index, lr] of got.entries()) expect(Math.abs(lr / (lrs[index] ?? 0) - 1)).toBeLessThan(1e-8)
        const logs = trainStep(model, optimWrapper, batches, step, compiled)
        expect(Math.abs(logs.loss / loss - 1)).toBeLessThan(1e-4)
        expect(Math.abs(logs.gradNorm / grad_norm - 1)).toBeLessThan(1e-4)
        scheduler.step()
        // Slots appear with the first step; from then on nothing may.
        if (step === 1) expect(tf.memory().numTensors).toBeGreaterThan(before)
      }
      const after = tf.memory().numTensors
      trainStep(model, optimWrapper, batches, 0, compiled)
      expect(tf.memory().numTensors).toBe(after)
      compiled?.dispose()
      optimWrapper.dispose()
      model.dispose()
    },
  )

  test.each(MODELS_WITH_GOLDEN_STEPS)('%s in mixed precision: losses as near as those of PyTorch', async (name) => {
    const { model, optimWrapper, scheduler, expected } = start(name, { type: 'AmpOptimWrapper' })
    const batches = readTensors(join(MODEL_DATA, 'batches.safetensors.gz'))
    const compiled = await compileStep(model, optimWrapper)
    const far: number[] = []
    for (const [step, { loss }] of expected.entries()) {
      far.push(Math.abs(trainStep(model, optimWrapper, batches, step, compiled).loss / loss - 1))
      scheduler.step()
    }
    expect(Math.max(...far)).toBeLessThan(name === 'resnet18' ? AUTOCAST_OF_RESNET18 : 2e-2)
    // It is mixed precision only where steps are compiled.
    if (compiled !== undefined) expect(Math.max(...far)).toBeGreaterThan(1e-5)
    compiled?.dispose()
    optimWrapper.dispose()
    model.dispose()
  })

  test('resnet18 in mixed precision: from where float32 stands a step is usually as near as asked of every model', async () => {
    const [exact, low] = [start('resnet18'), start('resnet18', { type: 'AmpOptimWrapper' })]
    const batches = readTensors(join(MODEL_DATA, 'batches.safetensors.gz'))
    const compiled = await compileStep(low.model, low.optimWrapper)
    const far: number[] = []
    for (const step of exact.expected.keys()) {
      loadStateDict(low.model, stateDictOf(exact.model))
      if (step > 0) low.optimWrapper.loadStateDict(exact.optimWrapper.stateDict())
      const wanted = trainStep(exact.model, exact.optimWrapper, batches, step).loss
      far.push(Math.abs(trainStep(low.model, low.optimWrapper, batches, step, compiled).loss / wanted - 1))
      for (const { scheduler } of [exact, low]) scheduler.step()
    }
    // 6e-3; of PyTorch's autocast 5e-3. One step of the thirty is 2.6e-2 off: its last normalization divides by the spread of four numbers.
    expect(far.toSorted((a, b) => a - b)[far.length >> 1]).toBeLessThan(1e-2)
    if (compiled !== undefined) expect(Math.max(...far)).toBeGreaterThan(1e-5)
    compiled?.dispose()
    for (const { optimWrapper, model } of [exact, low]) {
      optimWrapper.dispose()
      model.dispose()
    }
  })

  test('vit: the weights they end in', () => {
    const { model, optimWrapper, scheduler, expected } = start('vit')
    const batches = readTensors(join(MODEL_DATA, 'batches.safetensors.gz'))
    for (const step of expected.keys()) {
      trainStep(model, optimWrapper, batches, step)
      scheduler.step()
    }
    const reached = readTensors(join(DATA, 'vit.weights_after30.safetensors.gz'))
    for (const [name, tensor] of stateDictOf(model)) {
      const data = withoutKeyBias(name, tensor.data)
      const reference = withoutKeyBias(name, reached.get(name)?.data ?? new Float32Array())
      const scale = Math.max(...reference.map(Math.abs))
      const worst = Math.max(...data.map((value, index) => Math.abs(value - (reference[index] ?? Number.NaN))))
      expect({ name, ok: worst / scale < 1e-3 }).toEqual({ name, ok: true })
    }
    optimWrapper.dispose()
    model.dispose()
  })
})

function start(name: string, changes: object = {}) {
  const reference = golden[name]
  if (reference === undefined) throw new Error(`no golden data for ${name}`)
  const container = new RunContainer()
  const model = buildModule(container, MODELS, reference.model, BaseModel)
  loadStateDict(model, readTensors(join(MODEL_DATA, `${name}.weights.safetensors.gz`)))
  model.train()
  const optimWrapper = buildOptimWrapper(model, { ...reference.optim_wrapper, ...changes }, container)
  optimWrapper.initializeCountStatus(0, reference.train.length)
  const scheduler = container.build(PARAM_SCHEDULERS, reference.param_scheduler, optimWrapper) as ParamSchedulerContract
  return { model, optimWrapper, scheduler, expected: reference.train }
}

type OptimWrapper = ReturnType<typeof buildOptimWrapper>

function compileStep(model: BaseModel, optimWrapper: OptimWrapper) {
  return CompiledFunction.create(({ step, ...batch }) => {
    const logs = withStepRandom({ seed: 0, step: step as tf.Scalar }, () => model.trainStep(batch as TensorBatch, optimWrapper))
    return { outputs: Object.values(logs), meta: Object.keys(logs) }
  })
}

function trainStep(
  model: BaseModel,
  optimWrapper: OptimWrapper,
  batches: StateDict,
  step: number,
  compiled?: Awaited<ReturnType<typeof compileStep>>,
) {
  const images = batches.get('inputs')?.data ?? new Float32Array()
  const labels = batches.get('targets')?.data ?? new Float32Array()
  const noise = batches.get('noise')?.data ?? new Float32Array()
  const index = step % 4
  const size = 4 * 3 * 32 * 32
  const logs = tf.tidy(() => {
    const inputs = tf.transpose(tf.tensor4d(images.slice(index * size, (index + 1) * size), [4, 3, 32, 32]), [0, 2, 3, 1]) as tf.Tensor4D
    const gt_label = tf.tensor1d(Int32Array.from(labels.slice(index * 4, (index + 1) * 4)), 'int32')
    // MAE's mask is made of it; others do not look at it.
    const mask_noise = tf.tensor2d(noise.slice(index * 64, (index + 1) * 64), [4, 16])
    const batch = { inputs, gt_label, mask_noise }
    if (compiled === undefined) return withStepRandom({ seed: 0, step }, () => model.trainStep(batch, optimWrapper))
    const { outputs, meta } = compiled.run({ ...batch, step: tf.scalar(step, 'int32') })
    return Object.fromEntries(meta.map((name, at) => [name, outputs[at] ?? tf.scalar(Number.NaN)]))
  })
  const [loss, gradNorm] = [logs['loss']?.dataSync()[0] ?? Number.NaN, logs['grad_norm']?.dataSync()[0] ?? Number.NaN]
  tf.dispose(logs)
  return { loss, gradNorm }
}

function readTensors(file: string): StateDict {
  const { tensors } = readSafetensors(gunzip(file), file)
  return new Map([...tensors].map(([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(tensor) }]))
}

/** Softmax does not see the keys' bias: its gradient is rounding noise, which Adam scales up to full steps. No two machines agree there. */
function withoutKeyBias(name: string, data: Float32Array): Float32Array {
  if (!name.endsWith('qkv.bias')) return data
  const third = data.length / 3
  return Float32Array.from([...data.subarray(0, third), ...data.subarray(2 * third)])
}

function gunzip(file: string): Buffer {
  return gunzipSync(readFileSync(file))
}

/** The data write Python's tuples as objects. */
function untuple<T>(value: T): T {
  if (Array.isArray(value)) return value.map(untuple) as T
  if (typeof value !== 'object' || value === null) return value
  if ('__tuple__' in value) return untuple(value.__tuple__) as T
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, untuple(child)])) as T
}
