import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import {
  type Activation,
  AvgPool2d,
  buildActivation,
  buildInitRules,
  buildNorm,
  Conv2d,
  Dropout,
  initCfgSchema,
  MaxPool2d,
  ModuleList,
  type NormLayer,
  optionPath,
  Sequential,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  indices,
  namedArchitecture,
  noCheckpointing,
  offset,
  rate,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'

const architectureSchema = v.strictObject({
  /** Channels that each layer adds. */
  growth_rate: count,
  /** Layers a stage. */
  depths: v.array(count),
  /** Width of the stem. */
  init_channels: count,
})
type Architecture = v.InferOutput<typeof architectureSchema>

const ARCHITECTURES = {
  '121': { growth_rate: 32, depths: [6, 12, 24, 16], init_channels: 64 },
  '169': { growth_rate: 32, depths: [6, 12, 32, 32], init_channels: 64 },
  '201': { growth_rate: 32, depths: [6, 12, 48, 32], init_channels: 64 },
  '161': { growth_rate: 48, depths: [6, 12, 36, 24], init_channels: 96 },
} satisfies Record<string, Architecture>

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), '121'),
  in_channels: v.optional(count, 3),
  /** How many times growth_rate a layer is wide inside. */
  bn_size: v.optional(count, 4),
  /** Dropout of what each layer adds. */
  drop_rate: v.optional(rate, 0),
  /** How much of its width a stage hands on. */
  compression_factor: v.optional(v.pipe(v.number(), v.gtValue(0)), 0.5),
  /** Only false is offered: nothing is computed twice to save memory. */
  memory_efficient: noCheckpointing,
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Freeze so many stages; the stem stays free. */
  frozen_stages: v.optional(offset, 0),
  init_cfg: initCfgSchema,
})

interface DenseNetConfig extends ConfigOf<'DenseNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    DenseNet: DenseNetConfig
  }
}

/** Makes norms and activations of the config's kinds. */
interface Parts {
  norm(features: number): NormLayer
  act(): Activation
}

/** Norm, 1×1, norm, 3×3: what is added to what all layers before have found. */
class DenseLayer extends TensorModule {
  private readonly layers: readonly TensorModule[]

  constructor(from: number, inner: number, growth: number, dropRate: number, { norm, act }: Parts) {
    super()
    const norm1 = this.registerModule<TensorModule>('norm1', norm(from))
    const conv1 = this.registerModule('conv1', new Conv2d(from, inner, 1, { bias: false }))
    const activation = this.registerModule('act', act())
    const norm2 = this.registerModule('norm2', norm(inner))
    const conv2 = this.registerModule('conv2', new Conv2d(inner, growth, 3, { padding: 1, bias: false }))
    const drop = this.registerModule('drop', new Dropout(dropRate))
    this.layers = [norm1, activation, conv1, norm2, activation, conv2, drop]
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.layers.reduce((x, layer) => layer.call(x), input)
  }
}

class DenseBlock extends TensorModule {
  private readonly block: ModuleList<DenseLayer>

  constructor(layers: readonly DenseLayer[]) {
    super()
    this.block = this.registerModule('block', new ModuleList(layers))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const found = [input]
    for (const layer of this.block) found.push(layer.call(found.length === 1 ? input : tf.concat(found, 3)))
    return tf.concat(found, 3)
  }
}

/** Each layer sees what all layers of its stage before it have found (Huang et al. 2016, arXiv 1608.06993). */
@MODELS.registerModule()
export class DenseNet extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly stem: Sequential
  private readonly stages: ModuleList<DenseBlock>
  private readonly transitions: ModuleList<Sequential>

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('DenseNet', table, options.arch, optionPath(options, 'arch'))
    const { growth_rate: growth, depths } = arch
    this.outIndices = resolveIndices(options.out_indices, depths.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, depths.length, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const parts: Parts = {
      norm: (features) => buildNorm(builder, options.norm_cfg ?? { type: 'BN' }, features),
      act: () => buildActivation(builder, options.act_cfg ?? { type: 'ReLU' }),
    }
    let width = arch.init_channels
    const conv = new Conv2d(options.in_channels, width, 7, { stride: 2, padding: 3, bias: false })
    const pool = new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 })
    this.stem = this.registerModule('stem', new Sequential([conv, parts.norm(width), parts.act(), pool]))
    const transitions: Sequential[] = []
    const stages = depths.map((depth, stage) => {
      const layers = Array.from({ length: depth }, () => {
        const layer = new DenseLayer(width, options.bn_size * growth, growth, options.drop_rate, parts)
        width += growth
        return layer
      })
      const isLast = stage === depths.length - 1
      transitions.push(isLast ? new Sequential([parts.norm(width), parts.act()]) : makeTransition(width, options.compression_factor, parts))
      if (!isLast) width = Math.floor(width * options.compression_factor)
      return new DenseBlock(layers)
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    this.transitions = this.registerModule('transitions', new ModuleList(transitions))
    for (const module of [...stages.slice(0, options.frozen_stages), ...transitions.slice(0, options.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    const transitions = [...this.transitions]
    let x: tf.Tensor = this.stem.call(inputs)
    for (const [index, stage] of [...this.stages].slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = stage.call(x)
      x = transitions[index]?.call(x) ?? x
      if (this.outIndices.includes(index)) outputs.push(x)
    }
    return outputs
  }
}

/** Half the size, and less wide. */
function makeTransition(width: number, factor: number, { norm, act }: Parts): Sequential {
  const layers: [string, TensorModule][] = [
    ['norm', norm(width)],
    ['act', act()],
    ['conv', new Conv2d(width, Math.floor(width * factor), 1, { bias: false })],
    ['pool', new AvgPool2d({ kernelSize: 2, stride: 2 })],
  ]
  return new Sequential(new Map(layers))
}
