import * as v from 'valibot'

/** Checks that several optimizers share, with PyTorch's limits. */
export const notNegative = v.pipe(v.number(), v.finite('Expected a finite number'), v.minValue(0, 'Expected a number that is not negative'))

export const beta = v.pipe(
  v.number(),
  v.minValue(0, 'Expected a beta in [0, 1)'),
  v.check((value) => value < 1, 'Expected a beta in [0, 1)'),
)
export const betas = v.strictTuple([beta, beta])

/** In [0, 1], as PyTorch checks what averages a square. */
export const share = v.pipe(v.number(), v.minValue(0, 'Expected a number in [0, 1]'), v.maxValue(1, 'Expected a number in [0, 1]'))

export const flag = (byDefault = false) => v.optional(v.boolean(), byDefault)

/**
 * How PyTorch is to run the same computation; recipes may have them, and they change no number. They stay out of the groups unless
 * written.
 */
export const executionEntries = {
  foreach: v.optional(v.nullable(v.boolean())),
  fused: v.optional(v.nullable(v.boolean())),
  capturable: v.optional(v.boolean()),
  /** Differentiating through the optimizer is not offered. */
  differentiable: v.optional(v.literal(false)),
}
