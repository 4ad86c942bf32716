import { type ConfigOf, OPTIMIZERS, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged, decoupledDecay, norm } from './arithmetic.js'
import { NO_PACKING, type PackingLimits } from './executionGroups.js'
import { numberOption, numbersOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.strictObject({
  lr: v.optional(notNegative, 1e-3),
  weight_decay: v.optional(notNegative, 0.1),
  momentum: v.optional(notNegative, 0.95),
  nesterov: flag(true),
  /** Of the quintic polynomial whose iteration makes a matrix nearly orthogonal. */
  ns_coefficients: v.optional(v.strictTuple([v.number(), v.number(), v.number()]), [3.4445, -4.775, 2.0315]),
  eps: v.optional(notNegative, 1e-7),
  ns_steps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99, 'Expected fewer than 100 steps')), 5),
  /** What the rate of an [A, B] matrix is multiplied by: sqrt(max(1, A/B)) (also null), 0.2 · sqrt(max(A, B)), or sqrt(A/B). */
  adjust_lr_fn: v.optional(v.nullable(v.picklist(['original', 'match_rms_adamw', 'spectral_unclamped'])), null),
})

interface MuonConfig extends ConfigOf<'Muon', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Muon: MuonConfig
  }
}

/**
 * Jordan et al., "Muon: An Optimizer for Hidden Layers in Neural Networks" (2024), as torch.optim.Muon, save that its Newton–Schulz
 * iteration runs in float32 instead of bfloat16. For matrices only: other parameters need an optimizer of their own.
 */
@OPTIMIZERS.registerModule()
export class Muon extends Optimizer {
  static readonly schema = schema
  protected override readonly packing: PackingLimits = NO_PACKING

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
    const other = this.paramGroups.flatMap(({ params }) => params).find(({ shape }) => shape.length !== 2)
    if (other !== undefined) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'Muon trains matrices only',
        path: other.name,
        got: other.shape,
        expected: 'a shape of two dimensions',
        hint: 'Give the other parameters to an AdamW, in an OptimWrapperDict.',
      })
    }
  }

  protected override slotNames(): readonly string[] {
    return ['momentum_buffer']
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const { shape } = numbers.parameter
    const nesterov = numbers.flag('nesterov')
    const steps = numbers.constant((group) => numberOption(group, 'ns_steps'))
    const coefficients = [0, 1, 2].map((i) => numbers.number((group) => numbersOption(group, 'ns_coefficients')[i] ?? 0))
    const momentum = numbers.number((group) => numberOption(group, 'momentum'))
    const complement = numbers.number((group) => 1 - numberOption(group, 'momentum'))
    const eps = numbers.number((group) => numberOption(group, 'eps'))
    const lr = numbers.number((group) => group.lr * rateFactor(shape, group['adjust_lr_fn']))
    const decay = decoupledDecay(numbers)
    return (param, grad, slots) => {
      const buffer = averaged(pickSlots(slots, 'momentum_buffer').momentum_buffer, grad, complement)
      const update = nesterov ? averaged(grad, buffer, momentum) : buffer
      const direction = orthogonalized(
        update,
        coefficients.map((one) => one()),
        steps,
        eps(),
      )
      return { param: tf.sub(decay(param), tf.mul(direction, lr())), slots: { momentum_buffer: buffer } }
    }
  }
}

/** @param adjust `adjust_lr_fn` */
export function rateFactor([rows = 1, columns = 1]: readonly number[], adjust: unknown): number {
  if (adjust === 'match_rms_adamw') return 0.2 * Math.sqrt(Math.max(rows, columns))
  return adjust === 'spectral_unclamped' ? Math.sqrt(rows / columns) : Math.sqrt(Math.max(1, rows / columns))
}

/** The matrix with all its singular values brought near 1 (Newton–Schulz). */
function orthogonalized(matrix: tf.Tensor, coefficients: readonly tf.Tensor[], steps: number, eps: tf.Tensor): tf.Tensor {
  const [a, b, c] = coefficients
  if (a === undefined || b === undefined || c === undefined) throw new TypeError('the polynomial has three coefficients')
  const [rows = 1, columns = 1] = matrix.shape
  const tall = rows > columns
  const wide: tf.Tensor = tall ? tf.transpose(matrix) : matrix
  let x = tf.div(wide, tf.maximum(norm(wide), eps))
  for (let i = 0; i < steps; i++) {
    const gram: tf.Tensor = tf.matMul(x, x, false, true)
    const polynomial = tf.add(tf.mul(gram, b), tf.mul(tf.matMul(gram, gram), c))
    x = tf.add(tf.mul(x, a), tf.matMul(polynomial, x))
  }
  return tall ? tf.transpose(x) : x
}
