import { type ConfigOf, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { Normalizer } from './normalizer.js'
import { SelfSupDataPreprocessor, selfSupEntries } from './selfSupDataPreprocessor.js'

const statistic = v.pipe(v.array(v.number()), v.nonEmpty())

const schema = v.strictObject({
  mean: selfSupEntries.mean,
  std: selfSupEntries.std,
  pad_size_divisor: selfSupEntries.pad_size_divisor,
  pad_value: selfSupEntries.pad_value,
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb: selfSupEntries.to_rgb,
  /** Accepted for PyTorch's recipes, without effect. */
  non_blocking: selfSupEntries.non_blocking,
  /** Of the second view: what the target is made of. */
  second_mean: statistic,
  /** The same. */
  second_std: statistic,
})

interface TwoNormDataPreprocessorConfig extends ConfigOf<'TwoNormDataPreprocessor', typeof schema> {}
declare module '@tessera/core' {
  interface DataPreprocessorTypes {
    TwoNormDataPreprocessor: TwoNormDataPreprocessorConfig
  }
}

/** SelfSupDataPreprocessor with other statistics for the second view, of which a tokenizer makes the target (BEiT, CAE). */
@MODELS.registerModule()
export class TwoNormDataPreprocessor extends SelfSupDataPreprocessor {
  static override readonly schema: v.GenericSchema = schema
  private readonly second: Normalizer

  constructor(options: v.InferOutput<typeof schema>) {
    super({ ...options, bgr_to_rgb: false, rgb_to_bgr: false })
    this.second = new Normalizer(options.second_mean, options.second_std, ['second_mean', 'second_std'])
  }

  override dispose(): void {
    this.second.dispose()
    super.dispose()
  }

  protected override normalizerOf(view: number): Normalizer {
    return view === 1 ? this.second : super.normalizerOf(view)
  }
}
