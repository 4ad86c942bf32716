import '@tessera/configs'
import { MODELS, type RunContainer } from '@tessera/core'
import { BaseModel, type Parameter } from '@tessera/nn'
import { buildOptimWrapper, type Optimizer, OptimWrapper } from '@tessera/optim'
import { RandomStream, tf } from '@tessera/runtime'

export interface VitSize {
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly image: number
}

export const VIT_S: VitSize = { width: 384, layers: 12, heads: 6, image: 224 }

/** A ViT with AdamW and layer-wise decay, one group a parameter, and gradients that stay. */
export function decayedVit(
  { width, layers, heads, image }: VitSize,
  container: RunContainer,
): { parameters: Parameter[]; optimizer: Optimizer; grads: Map<Parameter, tf.Variable> } {
  const arch = { embed_dims: width, num_layers: layers, num_heads: heads, feedforward_channels: 4 * width }
  const model = MODELS.build(
    {
      type: 'ImageClassifier',
      backbone: { type: 'VisionTransformer', arch, img_size: image, patch_size: 16 },
      head: { type: 'VisionTransformerClsHead', num_classes: 1000, in_channels: width },
    },
    container,
  )
  if (!(model instanceof BaseModel)) throw new TypeError('not a model')
  model.nameState()
  model.initWeights(new RandomStream(0, 'init'))
  const wrapper = buildOptimWrapper(
    model,
    {
      optimizer: { type: 'AdamW', lr: 1e-3, weight_decay: 0.05 },
      constructor: 'LearningRateDecayOptimWrapperConstructor',
      paramwise_cfg: { layer_decay_rate: 0.75, norm_decay_mult: 0, flat_decay_mult: 0 },
    },
    container,
  )
  if (!(wrapper instanceof OptimWrapper)) throw new TypeError('one optimizer')
  const parameters = model.parameters()
  // Variables: of constants a step would be computed while it is recorded.
  const grads = parameters.map((parameter, i): [Parameter, tf.Variable] => [
    parameter,
    tf.tidy(() => tf.variable(tf.randomNormal(parameter.variable.shape, 0, 1e-3, 'float32', i), false)),
  ])
  return { parameters, optimizer: wrapper.optimizer, grads: new Map(grads) }
}
