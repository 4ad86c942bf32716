import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { BasicBlock } from './resnet/basicBlock.js'
import { Bottleneck } from './resnet/bottleneck.js'
import { type ResNetEntries, resNetEntries, STAGE_BLOCKS, stemEntries } from './resnet/options.js'
import { doublingStages, ResidualNetwork, type ResidualPlan } from './resnet/residualNetwork.js'

export const RESNET_DEPTHS = [18, 34, 50, 101, 152] as const

const schema = v.strictObject({
  depth: v.picklist(RESNET_DEPTHS),
  ...resNetEntries,
  ...stemEntries,
})

interface ResNetConfig extends ConfigOf<'ResNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ResNet: ResNetConfig
  }
}

/** Residual network (He et al. 2015, arXiv 1512.03385), with MMPreTrain's options, parameter names and numbers. */
@MODELS.registerModule()
export class ResNet extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const { deep_stem: deep, avg_down: avgDown } = options
    super(options, builder, {
      ...plainPlan(options.depth, options),
      stem: { kind: deep ? 'deep' : 'conv7', stride: 2, maxPool: true },
      shortcut: avgDown ? 'pool' : 'conv',
    })
  }
}

/** Basic blocks up to 34 layers, bottlenecks above. */
export function plainPlan(
  depth: (typeof RESNET_DEPTHS)[number],
  options: ResNetEntries,
): Pick<ResidualPlan, 'stages' | 'dropPathRate' | 'makeBlock'> {
  const isBasic = depth < 50
  return {
    stages: doublingStages(STAGE_BLOCKS[depth].slice(0, options.num_stages), options.base_channels, options.expansion ?? (isBasic ? 1 : 4)),
    dropPathRate: options.drop_path_rate,
    makeBlock: (block) => (isBasic ? new BasicBlock(block) : new Bottleneck(block)),
  }
}
