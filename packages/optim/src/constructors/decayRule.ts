/** What the rules know of a parameter. */
export interface ParameterTraits {
  /** Name within its module: `weight`, `bias`, `cls_token`. */
  readonly name: string
  /** Number of dimensions. */
  readonly dims: number
  /** Whether its module normalizes. */
  readonly inNorm: boolean
  /** Whether its module is a depthwise convolution. */
  readonly inDepthwiseConv: boolean
}

type Mult = number | null | undefined

export interface DecayMults {
  readonly norm_decay_mult?: Mult
  readonly bias_decay_mult?: Mult
  readonly dwconv_decay_mult?: Mult
  readonly flat_decay_mult?: Mult
}

/**
 * What weight decay is multiplied by: the first rule that is given and fits, of norm, bias, depthwise, flat. Undefined when none does.
 * A normalization layer's bias follows the bias rule when there is no norm rule.
 */
export function decayMultOf(traits: ParameterTraits, mults: DecayMults): number | undefined {
  const rules: readonly (readonly [boolean, Mult])[] = [
    [traits.inNorm, mults.norm_decay_mult],
    [traits.name === 'bias', mults.bias_decay_mult],
    [traits.inDepthwiseConv, mults.dwconv_decay_mult],
    [traits.dims === 1, mults.flat_decay_mult],
  ]
  return rules.find(([fits, mult]) => fits && mult !== undefined && mult !== null)?.[1] ?? undefined
}

/** What the learning rate is multiplied by: only biases outside normalization layers have a rule. */
export function lrMultOf(traits: ParameterTraits, biasLrMult: Mult): number | undefined {
  return traits.name === 'bias' && !traits.inNorm ? (biasLrMult ?? undefined) : undefined
}
