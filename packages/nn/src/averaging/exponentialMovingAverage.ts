import { type ConfigOf, MODELS } from '@tessera/core'
import * as v from 'valibot'
import type { Module } from '../module/module.js'
import { AveragedModel, averagedModelEntries } from './averagedModel.js'

/** In (0, 1); the share of the new weights, not the usual momentum. */
export const momentumSchema = v.pipe(
  v.number(),
  v.gtValue(0, 'momentum must be greater than 0'),
  v.ltValue(1, 'momentum must be less than 1'),
)

const schema = v.strictObject({ ...averagedModelEntries, momentum: v.optional(momentumSchema, 0.0002) })

interface ExponentialMovingAverageConfig extends ConfigOf<'ExponentialMovingAverage', typeof schema> {}
declare module '@tessera/core' {
  interface ModelTypes {
    ExponentialMovingAverage: ExponentialMovingAverageConfig
  }
}

/** average = (1 − momentum) · average + momentum · weights (MMEngine's ExponentialMovingAverage). */
@MODELS.registerModule()
export class ExponentialMovingAverage extends AveragedModel {
  static readonly schema = schema

  constructor(
    private readonly own: v.InferOutput<typeof schema>,
    source: Module,
  ) {
    super(own, source)
  }

  protected override share(): number {
    return this.own.momentum
  }
}
