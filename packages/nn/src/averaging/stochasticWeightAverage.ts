import { type ConfigOf, MODELS } from '@tessera/core'
import * as v from 'valibot'
import type { Module } from '../module/module.js'
import { AveragedModel, averagedModelEntries } from './averagedModel.js'

const schema = v.strictObject(averagedModelEntries)

interface StochasticWeightAverageConfig extends ConfigOf<'StochasticWeightAverage', typeof schema> {}
declare module '@tessera/core' {
  interface ModelTypes {
    StochasticWeightAverage: StochasticWeightAverageConfig
  }
}

/** The plain mean of the weights so far (Izmailov et al. 2018, arXiv 1803.05407; MMEngine's StochasticWeightAverage). */
@MODELS.registerModule()
export class StochasticWeightAverage extends AveragedModel {
  static readonly schema = schema

  constructor(
    private readonly own: v.InferOutput<typeof schema>,
    source: Module,
  ) {
    super(own, source)
  }

  protected override share(steps: number): number {
    return 1 / (Math.floor(steps / this.own.interval) + 1)
  }
}
