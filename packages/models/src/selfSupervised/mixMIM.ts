import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import type { LossDict, TensorBatch } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { atPlaceOf } from '../backbones/masked/maskedVitOptions.js'
import { MixMIMPretrainTransformer } from '../backbones/mixMimPretrainTransformer.js'
import { MixMIMPretrainHead } from '../heads/mixMimPretrainHead.js'
import { MixMIMPretrainDecoder } from '../necks/mixMimPretrainDecoder.js'
import { BaseSelfSupervisor, selfSupervisorEntries } from './baseSelfSupervisor.js'

const schema = v.strictObject(selfSupervisorEntries)
type Options = v.InferOutput<typeof schema>

interface MixMIMConfig extends ConfigOf<'MixMIM', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MixMIM: MixMIMConfig
  }
}

/** Images are mixed by patches, and both are reconstructed (Liu et al. 2022, arXiv 2205.13137). The batch has an even size. */
@MODELS.registerModule()
export class MixMIM extends BaseSelfSupervisor {
  static readonly schema = schema
  private readonly mixing: MixMIMPretrainTransformer
  private readonly decoder: MixMIMPretrainDecoder
  private readonly comparison: MixMIMPretrainHead

  constructor(options: Options, @inject(BUILDER) builder: Builder) {
    super(withStride(options), builder)
    const isMixing = (backbone: object): backbone is MixMIMPretrainTransformer => backbone instanceof MixMIMPretrainTransformer
    this.mixing = this.needBackbone(isMixing, 'MixMIMPretrainTransformer')
    this.decoder = this.need('neck', MixMIMPretrainDecoder)
    this.comparison = this.need('head', MixMIMPretrainHead)
  }

  /** @param batch may bring `mask_noise` [1, patches], whose smallest values are exchanged, instead of the step's own draws */
  override loss(batch: TensorBatch): LossDict {
    const { latent, mask } = this.mixing.forwardMixed(batch.inputs, batch['mask_noise'] as tf.Tensor2D | undefined)
    return { loss: this.comparison.call(this.decoder.call(latent, mask), batch.inputs, mask) }
  }
}

/** The head's patches are as large as the decoder's stride, whatever the config says of them. */
function withStride(options: Options): Options {
  const { head, neck } = options
  if (head == null || neck == null) return options
  const stride: unknown = Reflect.get(neck, 'encoder_stride') ?? 32
  return atPlaceOf(options, { ...options, head: { ...head, patch_size: stride } } as Options)
}
