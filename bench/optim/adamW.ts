// Eager AdamW updates of ViT-S with layer-wise decay, 152 groups of one parameter each. Arguments: the packing's limits in elements, from which
// on a parameter is alone and at which a pack is full; none: as the optimizer has them.
import '@tessera/configs'
import { MODELS, OPTIMIZERS, RunContainer } from '@tessera/core'
import { BaseModel } from '@tessera/nn'
import { AdamW, buildOptimWrapper, OptimWrapper } from '@tessera/optim'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { answerSteps } from '../answerSteps.js'

const [alone, pack] = process.argv.slice(2).map(Number)
await useBackend('native')

class Repacked extends AdamW {
  protected override readonly packing = { alone: alone ?? 0, pack: pack ?? 0 }
}

const container = new RunContainer()
if (alone !== undefined) container.rebind(OPTIMIZERS, 'AdamW', Repacked)
const model = MODELS.build(
  {
    type: 'ImageClassifier',
    backbone: { type: 'VisionTransformer', arch: 'deit-s', img_size: 224, patch_size: 16 },
    head: { type: 'VisionTransformerClsHead', num_classes: 1000, in_channels: 384 },
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
const { optimizer } = wrapper
const parameters = model.parameters()
const grads = new Map(
  parameters.map((parameter, i) => [parameter, tf.keep(tf.randomNormal(parameter.variable.shape, 0, 0.01, 'float32', i))]),
)

await answerSteps(() => {
  optimizer.step(grads)
  return parameters[0]?.size ?? Number.NaN
})
