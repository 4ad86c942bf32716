import { type Builder, type HasLayerDepth, type LayerDepth, TesseraError } from '@tessera/core'
import {
  AvgPool2d,
  buildInitRules,
  buildNorm,
  Conv2d,
  ConvModule,
  MaxPool2d,
  type NormLayer,
  normName,
  optionPath,
  ReLU,
  Sequential,
  type TensorModule,
} from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import type * as v from 'valibot'
import { CONV_INIT, checkFrozenStages, dropPathRates, initCfgOr, keepStatistics, runStages } from '../backboneOptions.js'
import { BaseBackbone } from '../baseBackbone.js'
import { type ResNetEntries, type residualEntries, STAGE_BLOCKS } from './options.js'
import type { BlockOptions } from './residualBlock.js'
import { resNetLayerDepth } from './resNetLayerDepth.js'

/** What its options have to say, whatever the kind. */
export type ResidualOptions = v.InferOutput<v.StrictObjectSchema<typeof residualEntries, undefined>>

export interface StagePlan {
  readonly blocks: number
  /** Channels of the stage's output. */
  readonly outChannels: number
  readonly expansion: number
}

/** What tells one kind of residual network from another. */
export interface ResidualPlan {
  /** One 7×7, three 3×3, or one 3×3, with this stride. */
  readonly stem: { readonly kind: 'conv7' | 'deep' | 'conv3'; readonly stride: 1 | 2; readonly maxPool: boolean }
  readonly stages: readonly StagePlan[]
  /** How a shortcut changes its shape: a strided 1×1; pooling before it where there is a stride; pooling always. */
  readonly shortcut: 'conv' | 'pool' | 'poolAlways'
  readonly dropPathRate: number
  /** Used where the config says nothing (undefined). Default He's start for convolutions. */
  readonly initCfg?: readonly object[]
  makeBlock(options: BlockOptions, place: { readonly stage: number; readonly index: number }): TensorModule
}

/** Stem, stages of residual blocks, feature maps [batch, height, width, channels] of the stages asked for. */
export abstract class ResidualNetwork extends BaseBackbone implements HasLayerDepth {
  private readonly stem: readonly TensorModule[]
  private readonly maxPool: MaxPool2d | undefined
  private readonly stages: readonly Sequential[]

  constructor(
    private readonly residual: ResidualOptions,
    builder: Builder,
    private readonly plan: ResidualPlan,
  ) {
    super()
    checkPlan(residual, plan)
    this.initRules = buildInitRules(initCfgOr(residual.init_cfg, plan.initCfg ?? CONV_INIT), builder)
    this.stem = this.addStem(builder)
    if (plan.stem.maxPool) this.maxPool = this.registerModule('maxpool', new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 }))
    this.stages = this.addStages(builder)
    if (residual.norm_eval) keepStatistics(this)
    if (residual.frozen_stages >= 0) for (const module of [...this.stem, ...this.stages.slice(0, residual.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    let x = this.stem.reduce((input: tf.Tensor, layer) => layer.call(input), inputs)
    if (this.maxPool !== undefined) x = this.maxPool.call(x)
    return runStages(x, this.stages, this.residual.out_indices)
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return resNetLayerDepth(
      paramName,
      prefix,
      this.plan.stages.map(({ blocks }) => blocks),
      this.residual.layer_depth,
    )
  }

  private get normCfg(): object {
    return this.residual.norm_cfg ?? { type: 'BN' }
  }

  private addStem(builder: Builder): TensorModule[] {
    const { in_channels: inChannels, stem_channels: width } = this.residual
    const { kind, stride } = this.plan.stem
    if (kind === 'deep') {
      const half = Math.floor(width / 2)
      const layer = (from: number, to: number, step: number) =>
        new ConvModule({ inChannels: from, outChannels: to, kernelSize: 3, stride: step, padding: 1, normCfg: this.normCfg }, builder)
      return [this.registerModule('stem', new Sequential([layer(inChannels, half, stride), layer(half, half, 1), layer(half, width, 1)]))]
    }
    const kernel = kind === 'conv7' ? 7 : 3
    const conv = new Conv2d(inChannels, width, kernel, { stride, padding: (kernel - 1) / 2, bias: false })
    const norm: NormLayer = buildNorm(builder, this.normCfg, width)
    return [
      this.registerModule('conv1', conv),
      this.registerModule(normName(norm, 1), norm),
      this.registerModule<TensorModule>('relu', new ReLU()),
    ]
  }

  private addStages(builder: Builder): Sequential[] {
    const { stages, dropPathRate } = this.plan
    const dropPaths = dropPathRates(
      dropPathRate,
      stages.map(({ blocks }) => blocks),
    )
    let inChannels = this.residual.stem_channels
    let first = 0
    return stages.map((stage, number) => {
      const blocks = Array.from({ length: stage.blocks }, (_, index) => {
        const from = index === 0 ? inChannels : stage.outChannels
        const stride = index === 0 ? (this.residual.strides[number] ?? 1) : 1
        const options: BlockOptions = {
          inChannels: from,
          outChannels: stage.outChannels,
          expansion: stage.expansion,
          stride,
          dilation: this.residual.dilations[number] ?? 1,
          style: this.residual.style,
          dropPath: dropPaths[first + index] ?? 0,
          normCfg: this.normCfg,
          downsample: index === 0 ? this.makeShortcut(from, stage.outChannels, stride, builder) : undefined,
          zeroInit: this.residual.zero_init_residual,
          builder,
        }
        return this.plan.makeBlock(options, { stage: number, index })
      })
      inChannels = stage.outChannels
      first += stage.blocks
      return this.registerModule(`layer${number + 1}`, new Sequential(blocks))
    })
  }

  private makeShortcut(from: number, to: number, stride: number, builder: Builder): Sequential | undefined {
    if (stride === 1 && from === to) return undefined
    const pools = this.plan.shortcut === 'poolAlways' || (this.plan.shortcut === 'pool' && stride !== 1)
    const pool = pools ? [new AvgPool2d({ kernelSize: stride, stride, ceilMode: true, countIncludePad: false })] : []
    const conv = new Conv2d(from, to, 1, { stride: pools ? 1 : stride, bias: false })
    return new Sequential([...pool, conv, buildNorm(builder, this.normCfg, to)])
  }
}

/** What the schema cannot say: options that depend on one another. */
function checkPlan(options: ResidualOptions, { stages }: ResidualPlan): void {
  for (const key of ['strides', 'dilations'] as const) {
    if (options[key].length === stages.length) continue
    throw new TesseraError('INVALID_OPTIONS', {
      what: `${key} has one number for each stage`,
      path: optionPath(options, key),
      got: options[key],
      expected: `${stages.length} numbers`,
    })
  }
  const beyond = options.out_indices.find((index) => index >= stages.length)
  if (beyond !== undefined) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'the backbone has no such stage',
      path: optionPath(options, 'out_indices'),
      got: beyond,
      expected: `0 to ${stages.length - 1}`,
    })
  }
  checkFrozenStages(options.frozen_stages, stages.length, optionPath(options, 'frozen_stages'))
}

/** Stages that double their width one after the other. */
export function doublingStages(blocks: readonly number[], base: number, expansion: number): StagePlan[] {
  return blocks.map((number, stage) => ({ blocks: number, outChannels: base * expansion * 2 ** stage, expansion }))
}

/** Four stages of bottlenecks of some kind, by depth. */
export function bottleneckPlan(
  options: ResNetEntries & { depth: keyof typeof STAGE_BLOCKS; deep_stem: boolean; avg_down: boolean },
  makeBlock: ResidualPlan['makeBlock'],
): ResidualPlan {
  return {
    stem: { kind: options.deep_stem ? 'deep' : 'conv7', stride: 2, maxPool: true },
    stages: doublingStages(STAGE_BLOCKS[options.depth].slice(0, options.num_stages), options.base_channels, options.expansion ?? 4),
    shortcut: options.avg_down ? 'pool' : 'conv',
    dropPathRate: options.drop_path_rate,
    makeBlock,
  }
}
