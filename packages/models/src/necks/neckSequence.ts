import { type Builder, MODELS } from '@tessera/core'
import { buildModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { BaseNeck } from './baseNeck.js'

/**
 * Several necks, each fed by the one before it: what a list stands for where a config has one neck (HRNet's recipes; MMEngine
 * builds a list as `nn.Sequential`, so parameters are named `neck.0.…`, `neck.1.…`).
 */
export class NeckSequence extends BaseNeck {
  private readonly necks: readonly BaseNeck[]

  constructor(necks: readonly BaseNeck[]) {
    super()
    this.necks = necks.map((neck, index) => this.registerModule(String(index), neck))
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return this.necks.reduce<readonly tf.Tensor[]>((given, neck) => neck.call(given), features)
  }
}

/** The neck that a config names, or the sequence that a list of them means. */
export function buildNeck(builder: Builder, config: object | readonly object[]): BaseNeck {
  const build = (one: object): BaseNeck => buildModule(builder, MODELS, one, BaseNeck)
  return isList(config) ? new NeckSequence(config.map(build)) : build(config)
}

function isList(config: object): config is readonly object[] {
  return Array.isArray(config)
}
