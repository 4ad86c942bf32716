import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  ConvModule,
  Dropout,
  initCfgSchema,
  Linear,
  MaxPool2d,
  optionPath,
  ReLU,
  Sequential,
  type TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { checkFrozenStages, convCfg, count, frozenStages, initCfgOr, keepStatistics, offset, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'

const BLOCKS = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] } as const

const schema = v.strictObject({
  depth: v.picklist([11, 13, 16, 19]),
  /** Above 0: with a classifier of so many classes, for images of 224 × 224. */
  num_classes: v.optional(v.pipe(v.number(), v.integer()), -1),
  num_stages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)), 5),
  dilations: v.optional(v.array(count), [1, 1, 1, 1, 1]),
  /** Stages whose output is returned, from 0. Default: the last, or only the classifier's where there is one. */
  out_indices: v.nullish(v.array(offset)),
  /** Freeze so many stages; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  /** Default: no norm. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  /** Poolings round their size up. */
  ceil_mode: v.optional(v.boolean(), false),
  /** Whether the last stage ends in a pooling, too. */
  with_last_pool: v.optional(v.boolean(), true),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface VGGConfig extends ConfigOf<'VGG', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VGG: VGGConfig
  }
}

const DEFAULT_INIT = [
  { type: 'Kaiming', layer: ['Conv2d'] },
  { type: 'Constant', val: 1, layer: ['_BatchNorm'] },
  { type: 'Normal', std: 0.01, layer: ['Linear'] },
] as const

/** Stages of 3×3 convolutions and poolings (Simonyan & Zisserman 2014, arXiv 1409.1556). */
@MODELS.registerModule()
export class VGG extends BaseBackbone {
  static readonly schema = schema
  /** The layers of `features`, stage by stage. */
  private readonly stages: readonly (readonly TensorModule[])[]
  private readonly outIndices: readonly number[]
  private readonly classifier: Sequential | undefined

  constructor(options: Options, @inject(BUILDER) builder: Builder) {
    super()
    const { num_stages: length, num_classes: classes } = options
    if (options.dilations.length !== length) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'dilations has one number for each stage',
        path: optionPath(options, 'dilations'),
        got: options.dilations,
        expected: `${length} numbers`,
      })
    }
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    // As MMPreTrain's default: an index past the stages returns none of them.
    const wanted = options.out_indices ?? (classes > 0 ? [5] : [4])
    this.outIndices = resolveIndices(wanted, length + 1, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, length, optionPath(options, 'frozen_stages'))
    this.stages = makeStages(options, builder)
    this.registerModule('features', new Sequential(this.stages.flat()))
    if (classes > 0) this.classifier = this.registerModule('classifier', makeClassifier(classes))
    if (options.norm_eval) keepStatistics(this)
    for (const layer of this.stages.slice(0, Math.max(0, options.frozen_stages)).flat()) layer.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    let x: tf.Tensor = inputs
    for (const [index, stage] of this.stages.entries()) {
      for (const layer of stage) x = layer.call(x)
      if (this.outIndices.includes(index)) outputs.push(x)
    }
    // The classifier's weights see channels first.
    if (this.classifier !== undefined) outputs.push(this.classifier.call(tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [inputs.shape[0], -1])))
    return outputs
  }
}

function makeStages(options: Options, builder: Builder): TensorModule[][] {
  let width = 3
  return BLOCKS[options.depth].slice(0, options.num_stages).map((blocks, stage) => {
    const outChannels = Math.min(64 * 2 ** stage, 512)
    const dilation = options.dilations[stage] ?? 1
    const layers: TensorModule[] = Array.from({ length: blocks }, () => {
      const shared = { normCfg: options.norm_cfg, actCfg: options.act_cfg ?? { type: 'ReLU' }, bias: true }
      const conv = { ...shared, inChannels: width, outChannels, kernelSize: 3, padding: dilation, dilation }
      width = outChannels
      return new ConvModule(conv, builder)
    })
    const isLast = stage === options.num_stages - 1
    if (!isLast || options.with_last_pool) layers.push(new MaxPool2d({ kernelSize: 2, ceilMode: options.ceil_mode }))
    return layers
  })
}

function makeClassifier(classes: number): Sequential {
  const hidden = (from: number) => [new Linear(from, 4096), new ReLU(), new Dropout(0.5)]
  return new Sequential([...hidden(512 * 7 * 7), ...hidden(4096), new Linear(4096, classes)])
}
