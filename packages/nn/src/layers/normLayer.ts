import { type Builder, MODELS } from '@tessera/core'
import { buildModule } from '../module/buildModule.js'
import { type Module, TensorModule } from '../module/module.js'

/** A normalization layer: what `norm_decay_mult` is about. */
export abstract class NormLayer extends TensorModule {
  readonly isNorm = true
  /** How containers name it before a number: `bn1`, `ln`. */
  readonly abbreviation: string = 'norm_layer'
}

/** A norm layer as mmcv's containers register it: its abbreviation and a postfix. */
export function normName(norm: NormLayer, postfix: string | number = ''): string {
  return `${norm.abbreviation}${postfix}`
}

/** Whether the optimizer constructors should treat this module's parameters as those of a norm layer. */
export function isNormLayer(module: Module): boolean {
  return module instanceof NormLayer
}

/** Builds a `norm_cfg` (`{ type: 'LN', eps: 1e-6 }`) for tensors of `features` channels. */
export function buildNorm(builder: Builder, normCfg: object, features: number): NormLayer {
  return buildModule(builder, MODELS, normCfg, NormLayer, features)
}
