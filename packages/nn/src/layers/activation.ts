import { type Builder, MODELS } from '@tessera/core'
import { buildModule } from '../module/buildModule.js'
import { TensorModule } from '../module/module.js'

/** An elementwise function: what an `act_cfg` names. */
export abstract class Activation extends TensorModule {}

/** Builds an `act_cfg` (`{ type: 'GELU' }`). */
export function buildActivation(builder: Builder, actCfg: object): Activation {
  return buildModule(builder, MODELS, actCfg, Activation)
}
