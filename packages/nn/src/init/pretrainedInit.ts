import { type ConfigOf, TesseraError, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { InitRule, Module } from '../module/module.js'
import { optionPath } from '../module/optionPath.js'
import { describedInit } from '../module/parameter.js'
import { planWeights } from '../weights/loadWeights.js'
import { openWeightPlace } from '../weights/openWeightPlace.js'
import { reopening } from '../weights/reopening.js'
import type { WeightFile } from '../weights/weightFile.js'

const schema = v.strictObject({
  /** A file of weights (safetensors, PyTorch), or a folder with one. */
  checkpoint: v.string(),
  /** Take only what stands under this name in the checkpoint (`backbone.`), without it. */
  prefix: v.optional(v.string()),
  /** Of no meaning here: weights go where the backend is. */
  map_location: v.optional(v.string()),
  /** Pairs of pattern and replacement for the checkpoint's names. */
  revise_keys: v.optional(v.array(v.tuple([v.string(), v.string()]))),
  /** Which entry of a PyTorch checkpoint holds the weights, where it is not one of the usual. */
  key: v.optional(v.string()),
})

interface PretrainedConfig extends ConfigOf<'Pretrained', typeof schema> {}
interface PretrainedInitConfig extends ConfigOf<'PretrainedInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Pretrained: PretrainedConfig
    PretrainedInit: PretrainedInitConfig
  }
}

/**
 * A module starts from a checkpoint, after everything else that its `init_cfg` says. What the checkpoint lacks starts as it would without it;
 * a checkpoint that has few of the module's tensors is an error.
 */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Pretrained', 'PretrainedInit'] })
export class PretrainedInit implements InitRule {
  static readonly schema = schema
  readonly isLast = true

  /** What the last `apply` found, readable. */
  report: string | undefined

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  apply(module: Module): void {
    const { checkpoint } = this.options
    const file = reopening(() => this.open())
    try {
      const { fitting, report } = planWeights(module, file, this.options)
      this.report = report.text
      let waiting = fitting.size
      for (const [tensor, value] of fitting) {
        tensor.init = describedInit(`Pretrained: ${checkpoint}`, () => {
          const { data } = value
          if (--waiting === 0) file.close()
          return data
        })
      }
    } finally {
      // Opened again when the first value is asked for: a model may be built and never started.
      file.close()
    }
  }

  private open(): WeightFile {
    try {
      return openWeightPlace(this.options.checkpoint, this.options)
    } catch (cause) {
      if (!(cause instanceof TesseraError)) throw cause
      const hint = cause.details.hint ?? `It is named by ${optionPath(this.options, 'checkpoint')}.`
      throw new TesseraError(cause.code, { ...cause.details, hint, cause })
    }
  }
}
