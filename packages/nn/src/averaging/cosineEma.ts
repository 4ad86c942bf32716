import { type ConfigOf, inject, MESSAGE_HUB, type MessageHubContract, MODELS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { Module } from '../module/module.js'
import { AveragedModel, averagedModelEntries } from './averagedModel.js'
import { momentumSchema } from './exponentialMovingAverage.js'

const schema = v.strictObject({
  ...averagedModelEntries,
  momentum: v.optional(momentumSchema, 0.004),
  end_momentum: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
})

interface CosineEMAConfig extends ConfigOf<'CosineEMA', typeof schema> {}
declare module '@tessera/core' {
  interface ModelTypes {
    CosineEMA: CosineEMAConfig
  }
}

/** An exponential average whose momentum goes to `end_momentum` along a cosine over the run (BYOL, MoCo v3; MMPreTrain's CosineEMA). */
@MODELS.registerModule()
export class CosineEMA extends AveragedModel {
  static readonly schema = schema

  constructor(
    private readonly own: v.InferOutput<typeof schema>,
    source: Module,
    @inject(MESSAGE_HUB) private readonly hub: MessageHubContract,
  ) {
    super(own, source)
  }

  protected override share(steps: number): number {
    const { momentum, end_momentum } = this.own
    const maxIters = this.hub.getInfo('max_iters')
    if (typeof maxIters !== 'number') {
      throw new TesseraError('INVALID_ARGUMENT', { what: 'CosineEMA needs to know how long the run is', path: 'max_iters', got: maxIters })
    }
    return end_momentum - ((end_momentum - momentum) * (Math.cos((Math.PI * steps) / maxIters) + 1)) / 2
  }
}
