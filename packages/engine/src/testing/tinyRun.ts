import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  DATA_LOADERS,
  type DataLoaderContract,
  type DataSample,
  type Dataset,
  type HostBatch,
  MODELS,
  OPTIM_WRAPPER_CONSTRUCTORS,
  PARAM_SCHEDULERS,
  type PackedSample,
  type RandomSource,
  type RunContainer,
  type Sampler,
} from '@tessera/core'
import {
  BaseDataPreprocessor,
  BaseModel,
  type HostTensor,
  Linear,
  type LossDict,
  type Module,
  type OptimStateDict,
  type OptimWrapperContract,
  type Parameter,
  type ParamGroup,
  type TensorBatch,
} from '@tessera/nn'
import { randomBernoulli, stepEffect, stepGuard, stepScalar, tf } from '@tessera/runtime'
import * as v from 'valibot'
import '../plugin.js'
import type { Console } from '../logging/console.js'
import type { RunOptions } from '../run/createRun.js'

/** A run small enough for tests, with all that makes resuming hard: momentum, dropout, shuffling, random items, a scheduler. */

const FEATURES = 4
const CLASSES = 3

class TinyPreprocessor extends BaseDataPreprocessor {
  override upload(batch: HostBatch): TensorBatch {
    const values = Float32Array.from(batch.inputs.flatMap(({ data }) => Array.from(data)))
    const labels = Int32Array.from(batch.data_samples.map(({ gt_label }) => gt_label?.[0] ?? 0))
    return { inputs: tf.tensor4d(values, [batch.inputs.length, 1, 1, FEATURES]), gt_label: tf.tensor1d(labels, 'int32') }
  }
  override forward(batch: TensorBatch): TensorBatch {
    return batch
  }
}

export class TinyModel extends BaseModel {
  static readonly schema = v.strictObject({
    width: v.optional(v.number(), 8),
    poison_at: v.optional(v.number()),
    data_preprocessor: v.optional(v.unknown()),
  })
  readonly dataPreprocessor = new TinyPreprocessor()
  private readonly hidden: Linear
  private readonly head: Linear
  private readonly poisonAt: number | undefined
  private calls = 0

  constructor(options: v.InferOutput<typeof TinyModel.schema>) {
    super()
    this.hidden = this.registerModule('hidden', new Linear(FEATURES, options.width))
    this.head = this.registerModule('head', new Linear(options.width, CLASSES))
    this.poisonAt = options.poison_at
  }

  override forward(inputs: tf.Tensor): tf.Tensor {
    const hidden = tf.relu(this.hidden.call(tf.reshape(inputs, [-1, FEATURES])))
    const kept = this.training ? tf.mul(hidden, tf.mul(randomBernoulli(hidden.shape, 0.8), 1 / 0.8)) : hidden
    return this.head.call(kept)
  }

  override loss(batch: TensorBatch): LossDict {
    const labels = tf.oneHot(tf.cast(batch['gt_label'] as tf.Tensor1D, 'int32'), CLASSES)
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(this.forward(batch.inputs))), -1)))
    const poisoned = stepGuard(() => this.calls + 1 === this.poisonAt)
    stepEffect(
      () => this.calls++,
      () => this.calls--,
    )
    return { loss: poisoned ? tf.mul(loss, Number.NaN) : loss }
  }

  override predict(batch: TensorBatch): Record<string, tf.Tensor> {
    return { pred_score: tf.softmax(this.forward(batch.inputs)) }
  }

  override attachPredictions(predictions: Readonly<Record<string, HostTensor>>, samples: readonly DataSample[]): DataSample[] {
    const scores = Float32Array.from(predictions['pred_score']?.data ?? [])
    return samples.map((sample, index) => Object.assign(sample, { pred_score: scores.slice(index * CLASSES, (index + 1) * CLASSES) }))
  }
}

class TinyDataset implements Dataset {
  readonly metainfo = { classes: ['a', 'b', 'c'] }
  readonly length: number
  constructor(length: number) {
    this.length = length
  }
  async getItem(index: number, random: RandomSource): Promise<PackedSample> {
    const label = index % CLASSES
    const data = Float32Array.from({ length: FEATURES }, (_, at) => (at === label ? 2 : 0) + 0.3 * random.normal())
    return {
      inputs: { data, height: 1, width: 1, channels: FEATURES },
      data_samples: { metainfo: { sample_idx: index }, gt_label: [label] },
    }
  }
}

class TinyLoader implements DataLoaderContract {
  static readonly schema = v.strictObject({
    size: v.number(),
    batch_size: v.optional(v.number(), 4),
    shuffle: v.optional(v.boolean(), false),
    num_batch_per_epoch: v.optional(v.number()),
  })
  readonly length: number
  readonly batchSize: number
  readonly dataset: Dataset
  readonly sampler: Sampler
  private readonly random: RandomSource
  private readonly shuffle: boolean

  constructor(options: v.InferOutput<typeof TinyLoader.schema>, context: { random: RandomSource }) {
    this.batchSize = options.batch_size
    this.length = Math.min(Math.ceil(options.size / options.batch_size), options.num_batch_per_epoch ?? Number.POSITIVE_INFINITY)
    this.dataset = new TinyDataset(options.size)
    this.random = context.random
    this.shuffle = options.shuffle
    this.sampler = { length: options.size, setEpoch() {}, indices: () => [] }
  }

  async *batches(epoch: number, start = 0): AsyncIterable<HostBatch> {
    const { length } = this.dataset
    const order = this.shuffle ? this.random.fork('order', epoch).permutation(length) : Int32Array.from({ length }, (_, index) => index)
    for (let batch = start; batch < this.length; batch++) {
      const indices = [...order.slice(batch * this.batchSize, (batch + 1) * this.batchSize)]
      const items = await Promise.all(indices.map((index) => this.dataset.getItem(index, this.random.fork('item', epoch, index))))
      yield { inputs: items.map(({ inputs }) => inputs), data_samples: items.map(({ data_samples }) => data_samples) }
    }
  }
}

/** SGD with momentum. */
class TinyOptimWrapper implements OptimWrapperContract {
  readonly paramGroups: ParamGroup[]
  private readonly slots = new Map<Parameter, tf.Variable>()
  private updates = 0

  constructor(
    params: Parameter[],
    lr: number,
    private readonly momentum: number,
    /** How many updates count as a step. */
    private readonly counts: number,
  ) {
    this.paramGroups = [{ params, lr }]
  }

  updateParams(loss: () => tf.Scalar): Record<string, tf.Scalar> {
    stepEffect(
      () => this.updates++,
      () => this.updates--,
    )
    const params = this.paramGroups.flatMap((group) => group.params).filter(({ requiresGrad }) => requiresGrad)
    const { grads } = tf.variableGrads(
      loss,
      params.map(({ variable }) => variable),
    )
    const norms: tf.Tensor[] = []
    const lr = stepScalar(() => this.paramGroups[0]?.lr ?? 0)
    for (const param of params) {
      const gradient = grads[param.variable.name]
      if (gradient === undefined) continue
      norms.push(tf.sum(tf.square(gradient)))
      const slot = this.slotOf(param)
      slot.assign(tf.add(tf.mul(slot, this.momentum), gradient))
      param.variable.assign(tf.sub(param.variable, tf.mul(slot, lr)))
    }
    return { grad_norm: tf.keep(tf.sqrt(tf.addN(norms)) as tf.Scalar) }
  }

  get steps(): number {
    return Math.floor(this.updates / this.counts)
  }
  initializeCountStatus(): void {}
  shouldUpdate(): boolean {
    return true
  }
  getLr(): Record<string, number[]> {
    return { lr: this.paramGroups.map(({ lr }) => lr) }
  }
  getMomentum(): Record<string, number[]> {
    return { momentum: [this.momentum] }
  }
  stateDict(): OptimStateDict {
    const tensors = new Map(
      [...this.slots].map(([{ name, shape }, slot]) => [`momentum.${name}`, { shape, data: Float32Array.from(slot.dataSync()) }]),
    )
    return { tensors, json: { steps: this.updates, lr: this.paramGroups[0]?.lr } }
  }
  loadStateDict(state: OptimStateDict): void {
    this.updates = Number(state.json['steps'])
    for (const group of this.paramGroups) group.lr = Number(state.json['lr'])
    for (const param of this.paramGroups.flatMap(({ params }) => params)) {
      const saved = state.tensors.get(`momentum.${param.name}`)
      if (saved !== undefined) tf.tidy(() => this.slotOf(param).assign(tf.tensor(saved.data, [...saved.shape])))
    }
  }
  dispose(): void {
    for (const slot of this.slots.values()) slot.dispose()
  }

  private slotOf(param: Parameter): tf.Variable {
    let slot = this.slots.get(param)
    if (slot === undefined) {
      slot = tf.tidy(() => tf.variable(tf.zerosLike(param.variable), false))
      this.slots.set(param, slot)
    }
    return slot
  }
}

class TinyConstructor {
  static readonly schema = v.strictObject({
    optim_wrapper_cfg: v.strictObject({
      type: v.optional(v.string()),
      lr: v.number(),
      momentum: v.optional(v.number(), 0.9),
      accumulative_counts: v.optional(v.number()),
    }),
    paramwise_cfg: v.optional(v.unknown()),
  })
  constructor(private readonly options: v.InferOutput<typeof TinyConstructor.schema>) {}
  construct(model: Module): OptimWrapperContract {
    const { lr, momentum, accumulative_counts = 1 } = this.options.optim_wrapper_cfg
    return new TinyOptimWrapper(model.parameters(), lr, momentum, accumulative_counts)
  }
}

class TinyDecay {
  static readonly schema = v.strictObject({ by_epoch: v.optional(v.boolean(), true) })
  readonly byEpoch: boolean
  steps = 0
  constructor(
    options: v.InferOutput<typeof TinyDecay.schema>,
    private readonly optimWrapper: OptimWrapperContract,
  ) {
    this.byEpoch = options.by_epoch
  }
  step(): void {
    this.steps++
    for (const group of this.optimWrapper.paramGroups) group.lr *= 0.97
  }
  stateDict(): Record<string, unknown> {
    return { steps: this.steps, end: Number.POSITIVE_INFINITY }
  }
  loadStateDict(state: Readonly<Record<string, unknown>>): void {
    if (state['end'] !== Number.POSITIVE_INFINITY) throw new Error('infinity did not survive')
    this.steps = Number(state['steps'])
  }
}

/** Halves the rate unless a metric has risen by more than percents can. */
class TinyPlateau {
  static readonly schema = v.strictObject({ monitor: v.string() })
  readonly byEpoch = true
  readonly needValArgs = true
  private best = Number.NEGATIVE_INFINITY
  constructor(
    private readonly options: { monitor: string },
    private readonly optimWrapper: OptimWrapperContract,
  ) {}
  step(metrics?: Readonly<Record<string, unknown>>): void {
    if (metrics === undefined) return
    const value = Number(metrics[this.options.monitor])
    if (value > this.best + 100) this.best = value
    else for (const group of this.optimWrapper.paramGroups) group.lr /= 2
  }
  stateDict(): Record<string, unknown> {
    return { best: this.best }
  }
  loadStateDict(state: Readonly<Record<string, unknown>>): void {
    this.best = Number(state['best'])
  }
}

export function registerTiny(container: RunContainer): void {
  container.rebind(MODELS, 'TinyModel', TinyModel)
  container.rebind(DATA_LOADERS, 'DataLoader', TinyLoader)
  container.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'DefaultOptimWrapperConstructor', TinyConstructor)
  container.rebind(PARAM_SCHEDULERS, 'TinyDecay', TinyDecay)
  container.rebind(PARAM_SCHEDULERS, 'TinyPlateau', TinyPlateau)
}

export type TinyConfig = Record<string, unknown>

/** 26 samples in batches of 4: seven batches, the last smaller. */
export function tinyConfig(changes: TinyConfig = {}): TinyConfig {
  return {
    model: { type: 'TinyModel' },
    train_dataloader: { size: 26, shuffle: true },
    train_cfg: { by_epoch: true, max_epochs: 3 },
    optim_wrapper: { lr: 0.05 },
    param_scheduler: [{ type: 'TinyDecay', by_epoch: false }, { type: 'TinyDecay' }],
    val_dataloader: { size: 9 },
    val_cfg: {},
    val_evaluator: { type: 'Accuracy' },
    randomness: { seed: 7 },
    ...changes,
  }
}

export interface TinyOptions extends RunOptions {
  workDir: string
  lines: string[]
}

let root: string | undefined

/** A folder that goes with the process. */
export function temporaryWorkDir(): string {
  if (root === undefined) {
    const made = mkdtempSync(path.join(tmpdir(), 'tessera-engine-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    root = made
  }
  return mkdtempSync(path.join(root, 'run-'))
}

/** Options for createRun: a folder of its own, console lines kept. */
export function tinyOptions(workDir = temporaryWorkDir()): TinyOptions {
  const lines: string[] = []
  const console: Console = {
    write: (text) => void lines.push(...text.split('\n').filter((line) => line !== '')),
    interactive: false,
    color: false,
    columns: 80,
  }
  return { workDir, lines, console, prepare: registerTiny }
}
