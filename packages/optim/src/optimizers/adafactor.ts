import { type ConfigOf, OPTIMIZERS } from '@tessera/core'
import type { Parameter, ParamGroup } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { averaged, rootMeanSquare } from './arithmetic.js'
import { NO_PACKING, type PackingLimits } from './executionGroups.js'
import { fileOrder } from './fileOrder.js'
import { flagOption, numberOption, pairOption } from './groupOption.js'
import { Optimizer, type UpdateRule } from './optimizer.js'
import type { ParamGroupInit } from './paramGroupInit.js'
import { pickSlots } from './pickSlots.js'
import { flag, notNegative } from './schemaParts.js'
import type { StepNumbers } from './stepNumbers.js'

const schema = v.pipe(
  v.strictObject({
    /** Null with `relative_step`, which makes its own. */
    lr: v.optional(v.nullable(notNegative), null),
    /** Of the squared gradient, and of a parameter's scale. */
    eps: v.optional(v.strictTuple([notNegative, notNegative]), [1e-30, 1e-3]),
    /** An update's root mean square is limited to it. */
    clip_threshold: v.optional(v.number(), 1),
    /** The squares' average decays by 1 − step^decay_rate. */
    decay_rate: v.optional(v.number(), -0.8),
    /** Of a first moment; null keeps none. */
    beta1: v.optional(v.nullable(v.number()), null),
    weight_decay: v.optional(notNegative, 0),
    /** The rate is a share of the parameter's root mean square. */
    scale_parameter: flag(true),
    /** The rate falls with the root of the step count. */
    relative_step: flag(true),
    /** Relative steps that begin small. */
    warmup_init: flag(),
  }),
  v.check(({ lr, relative_step }) => !relative_step || lr === null, 'Cannot combine a learning rate (lr) with relative_step: true'),
  v.check(({ lr, relative_step }) => relative_step || lr !== null, 'Without relative_step there must be a learning rate (lr)'),
  v.check(({ warmup_init, relative_step }) => !warmup_init || relative_step, 'warmup_init requires relative_step: true'),
)

interface AdafactorConfig extends ConfigOf<'Adafactor', typeof schema> {}
declare module '@tessera/core' {
  interface OptimizerTypes {
    Adafactor: AdafactorConfig
  }
}

/**
 * Shazeer & Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost" (2018), as the one MMEngine registers (transformers').
 * Of a parameter with two dimensions or more it keeps the squares' means over the last and over the last but one dimension only.
 */
@OPTIMIZERS.registerModule()
export class Adafactor extends Optimizer {
  static readonly schema = schema
  /** Means over whole rows, columns and parameters. */
  protected override readonly packing: PackingLimits = NO_PACKING

  constructor(options: v.InferOutput<typeof schema>, groups: readonly ParamGroupInit[]) {
    super(options, groups, schema)
  }

  protected override slotNames(group: ParamGroup, { shape }: Parameter): readonly string[] {
    return [...(group['beta1'] === null ? [] : ['exp_avg']), ...(shape.length >= 2 ? ['exp_avg_sq_row', 'exp_avg_sq_col'] : ['exp_avg_sq'])]
  }

  protected override slotShape(slot: string, parameter: Parameter): readonly number[] {
    const { shape } = parameter
    if (slot === 'exp_avg_sq_row') return shape.slice(0, -1)
    if (slot === 'exp_avg_sq_col') return [...shape.slice(0, -2), ...shape.slice(-1)]
    return super.slotShape(slot, parameter)
  }

  protected override rule(numbers: StepNumbers): UpdateRule {
    const { parameter } = numbers
    const factored = parameter.shape.length >= 2
    const order = fileOrder(parameter)
    const scales = numbers.flag('scale_parameter')
    const averages = numbers.any((group) => (group['beta1'] === null ? 0 : 1))
    const rate = numbers.number((group, { step }) => (flagOption(group, 'relative_step') ? relativeStep(group, step) : group.lr))
    const complement = numbers.number((group, { step }) => step ** numberOption(group, 'decay_rate'))
    const epsSquare = numbers.number((group) => pairOption(group, 'eps')[0])
    const epsScale = numbers.number((group) => pairOption(group, 'eps')[1])
    const threshold = numbers.number((group) => numberOption(group, 'clip_threshold'))
    const beta1Complement = averages ? numbers.number((group) => 1 - numberOption(group, 'beta1')) : undefined
    const decay = numbers.nonZero((group) => numberOption(group, 'weight_decay'))

    const scaled = (grad: tf.Tensor, slots: Readonly<Record<string, tf.Tensor>>) => {
      const square = tf.add(tf.square(grad), epsSquare())
      if (!factored) {
        const mean = averaged(pickSlots(slots, 'exp_avg_sq').exp_avg_sq, square, complement)
        return { update: tf.mul(grad, tf.rsqrt(mean)), slots: { exp_avg_sq: mean } }
      }
      const { exp_avg_sq_row, exp_avg_sq_col } = pickSlots(slots, 'exp_avg_sq_row', 'exp_avg_sq_col')
      const inFile = order.toFile(square)
      const row = averaged(exp_avg_sq_row, tf.mean(inFile, -1), complement)
      const col = averaged(exp_avg_sq_col, tf.mean(inFile, -2), complement)
      const ofRow = tf.expandDims(tf.rsqrt(tf.div(row, tf.mean(row, -1, true))), -1)
      const ofCol = tf.expandDims(tf.rsqrt(col), -2)
      return { update: tf.mul(grad, order.toMemory(tf.mul(ofRow, ofCol))), slots: { exp_avg_sq_row: row, exp_avg_sq_col: col } }
    }
    return (param, grad, slots) => {
      const { update, slots: squares } = scaled(grad, slots)
      const lr = scales ? tf.mul(tf.maximum(rootMeanSquare(param), epsScale()), rate()) : rate()
      const limited = tf.mul(tf.div(update, tf.maximum(tf.div(rootMeanSquare(update), threshold()), 1)), lr)
      const mean = beta1Complement === undefined ? undefined : averaged(pickSlots(slots, 'exp_avg').exp_avg, limited, beta1Complement)
      const decayed = decay === undefined ? param : tf.sub(param, tf.mul(param, tf.mul(lr, decay())))
      return { param: tf.sub(decayed, mean ?? limited), slots: { ...squares, ...(mean === undefined ? {} : { exp_avg: mean }) } }
    }
  }
}

/** Rate of a step before the parameter's scale. */
export function relativeStep(group: ParamGroup, step: number): number {
  return Math.min(flagOption(group, 'warmup_init') ? 1e-6 * step : 1e-2, 1 / Math.sqrt(step))
}
