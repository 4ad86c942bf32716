import { BUILDER, type Builder, inject, MODELS } from '@tessera/core'
import { VisionTransformer } from '@tessera/models'
import type { PatchGrid } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** A ViT whose last block computes all tokens, as PyTorch's does, though the head takes the class token alone: the same work on both sides. */
@MODELS.registerModule()
export class AllTokensVit extends VisionTransformer {
  constructor(options: ConstructorParameters<typeof VisionTransformer>[0], @inject(BUILDER) builder: Builder) {
    super(options, builder)
  }

  protected override encode(input: tf.Tensor3D, grid: PatchGrid): tf.Tensor[] {
    return super.encode(input, grid, 'raw').map((tokens) => {
      const [batch = 0, , dims = 0] = tokens.shape
      return tf.reshape(tf.slice(tokens, [0, 0, 0], [batch, 1, dims]), [batch, dims])
    })
  }
}
