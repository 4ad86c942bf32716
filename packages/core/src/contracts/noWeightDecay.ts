/** A module that knows which of its parameters should go without weight decay (timm's `no_weight_decay`). */
export interface HasNoWeightDecay {
  /** Dotted names below this module. */
  noWeightDecay(): readonly string[]
}

export function hasNoWeightDecay(value: unknown): value is HasNoWeightDecay {
  return typeof value === 'object' && value !== null && 'noWeightDecay' in value && typeof value.noWeightDecay === 'function'
}
