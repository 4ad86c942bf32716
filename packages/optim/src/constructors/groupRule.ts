import { decayMultOf, lrMultOf, type ParameterTraits } from './decayRule.js'
import type { CustomSettings, DefaultParamwise } from './paramwiseConfig.js'

/** What all rules together make of a parameter. */
export interface GroupRule {
  /** Of custom keys; undefined when none fits. */
  readonly settings: CustomSettings | undefined
  /** Undefined: no rule says anything, the optimizer's own value holds. */
  readonly lrMult: number | undefined
  readonly decayMult: number | undefined
}

/**
 * As MMEngine: the first custom key that fits decides alone, and the rules by kind of layer are for the other parameters.
 * With `combine_rules` everything that fits counts: each option comes from the first key that gives it, and its multipliers multiply
 * those by kind of layer.
 * @param fitting custom settings that fit the parameter's name, first tried first
 * @param freeOfDecay the model asks for no weight decay; a custom key's own `decay_mult` stands above it
 */
export function groupRuleOf(
  fitting: readonly CustomSettings[],
  traits: ParameterTraits,
  rules: DefaultParamwise,
  freeOfDecay: boolean,
): GroupRule {
  const combines = rules.combine_rules === true
  const settings = combines ? merged(fitting) : fitting[0]
  const byKind = { lr: lrMultOf(traits, rules.bias_lr_mult), decay: freeOfDecay ? 0 : decayMultOf(traits, rules) }
  if (settings === undefined) return { settings, lrMult: byKind.lr, decayMult: byKind.decay }
  const decayMult = settings.decay_mult ?? undefined
  const decayByKind = combines || freeOfDecay ? (byKind.decay ?? 1) : 1
  return {
    settings,
    lrMult: (settings.lr_mult ?? 1) * (combines ? (byKind.lr ?? 1) : 1),
    decayMult: freeOfDecay && decayMult !== undefined ? decayMult : (decayMult ?? 1) * decayByKind,
  }
}

function merged(fitting: readonly CustomSettings[]): CustomSettings | undefined {
  return fitting.length === 0 ? undefined : Object.assign({}, ...fitting.toReversed())
}
