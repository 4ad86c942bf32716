import { type ConfigOf, MODELS } from '@tessera/core'
import * as v from 'valibot'
import type { Module } from '../module/module.js'
import { AveragedModel, averagedModelEntries } from './averagedModel.js'
import { momentumSchema } from './exponentialMovingAverage.js'

const schema = v.strictObject({
  ...averagedModelEntries,
  momentum: v.optional(momentumSchema, 0.0002),
  /** The larger, the longer young weights count for more. */
  gamma: v.optional(v.pipe(v.number(), v.gtValue(0, 'gamma must be greater than 0')), 100),
})

interface MomentumAnnealingEMAConfig extends ConfigOf<'MomentumAnnealingEMA', typeof schema> {}
declare module '@tessera/core' {
  interface ModelTypes {
    MomentumAnnealingEMA: MomentumAnnealingEMAConfig
  }
}

/** An exponential average whose momentum falls from 1 to its own: max(momentum, gamma / (gamma + steps)) (MMEngine's MomentumAnnealingEMA). */
@MODELS.registerModule()
export class MomentumAnnealingEMA extends AveragedModel {
  static readonly schema = schema

  constructor(
    private readonly own: v.InferOutput<typeof schema>,
    source: Module,
  ) {
    super(own, source)
  }

  protected override share(steps: number): number {
    const { momentum, gamma } = this.own
    return Math.max(momentum, gamma / (gamma + steps))
  }
}
