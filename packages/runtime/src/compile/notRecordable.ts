import { TesseraError } from '@tessera/core'

const INSTEAD =
  'Move it out of the step, or run op by op with compile: false (compile: { fallback: true } does so by itself, with a warning).'

/** A value is asked for that only a running step has. */
export function readBack(where: string): TesseraError {
  return new TesseraError('NOT_RECORDABLE', {
    what: 'a tensor is read back to JavaScript inside a compiled step (dataSync, data, arraySync, print): its value would be frozen into the graph',
    path: where,
    hint: `Compute with tensors instead (tf.where for a choice, stepScalar for a number from the host). ${INSTEAD}`,
  })
}

/** A number is drawn by JavaScript. */
export function randomDraw(where: string): TesseraError {
  return new TesseraError('NOT_RECORDABLE', {
    what: 'a random number is drawn by JavaScript inside a compiled step (tf.randomNormal, tf.randomUniform, tf.dropout, Math.random): it would be the same in every step',
    path: where,
    hint: `Use randomUniform, randomNormal or randomBernoulli of @tessera/runtime. ${INSTEAD}`,
  })
}

/** An op whose output's shape depends on values, or that keeps state of its own. */
export function unsuitableOp(op: string, where: string): TesseraError {
  return new TesseraError('NOT_RECORDABLE', {
    what: `the op ${op} cannot be part of a compiled step: its output depends on more than its inputs' shapes and values`,
    path: where,
    hint: `Masks of a fixed shape do what tf.booleanMask and tf.whereAsync are used for; for tf.multinomial compare randomUniform of @tessera/runtime with cumulated probabilities. ${INSTEAD}`,
  })
}

/** A shape, axis or size that is itself computed in the step. */
export function valueDependentShape(op: string, where: string): TesseraError {
  return new TesseraError('NOT_RECORDABLE', {
    what: `the shape of what ${op} gives depends on values computed in the step`,
    path: where,
    hint: `A compiled step has fixed shapes. ${INSTEAD}`,
  })
}
