import { type ConfigOf, TesseraError, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { InitRule } from '../module/module.js'

const schema = v.strictObject({
  checkpoint: v.string(),
  prefix: v.optional(v.string()),
  map_location: v.optional(v.string()),
})

interface PretrainedInitConfig extends ConfigOf<'Pretrained', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Pretrained: PretrainedInitConfig
  }
}

/** Weights from a checkpoint. Known by name, so that a recipe that has it says so instead of 'unknown type'; not there yet. */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Pretrained', 'PretrainedInit'] })
export class PretrainedInit implements InitRule {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    throw new TesseraError('UNSUPPORTED', {
      what: "init_cfg of type 'Pretrained' is not there yet",
      got: options.checkpoint,
      hint: "Use the config's `load_from` to start from a checkpoint.",
    })
  }

  apply(): void {}
}
