import * as v from 'valibot'

/** Checks that several optimizers share, with PyTorch's limits. */
export const notNegative = v.pipe(v.number(), v.finite('Expected a finite number'), v.minValue(0, 'Expected a number that is not negative'))

const beta = v.pipe(
  v.number(),
  v.minValue(0, 'Expected a beta in [0, 1)'),
  v.check((value) => value < 1, 'Expected a beta in [0, 1)'),
)
export const betas = v.tuple([beta, beta])
