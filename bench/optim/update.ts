// The AdamW update of a ViT as a compiled step of its own: gradients are there already, the same in each step. Arguments: width layers heads
// image; flag: plain, by plain ops instead of TensorFlow's training op.
import '@tessera/configs'
import { MODELS, OPTIMIZERS, RunContainer } from '@tessera/core'
import { BaseModel } from '@tessera/nn'
import { AdamW, buildOptimWrapper, OptimWrapper } from '@tessera/optim'
import { CompiledFunction, RandomStream, tf, useBackend } from '@tessera/runtime'
import { answerSteps } from '../answerSteps.js'

const [width = 0, layers = 0, heads = 0, image = 0] = process.argv.slice(2, 6).map(Number)
// As in a run: each op on one thread, as many side by side as there are.
await useBackend('native', 'shards')

class Plain extends AdamW {
  protected override inPlaceRule(): undefined {}
}

const container = new RunContainer()
if (process.argv.includes('plain')) container.rebind(OPTIMIZERS, 'AdamW', Plain)
const model = MODELS.build(
  {
    type: 'ImageClassifier',
    backbone: {
      type: 'VisionTransformer',
      arch: { embed_dims: width, num_layers: layers, num_heads: heads, feedforward_channels: 4 * width },
      img_size: image,
      patch_size: 16,
    },
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
const { optimizer } = wrapper
// Variables: of constants the step would be computed while it is recorded.
const grads = new Map(
  model
    .parameters()
    .map((parameter, i) => [
      parameter,
      tf.tidy(() => tf.variable(tf.randomNormal(parameter.variable.shape, 0, 1e-3, 'float32', i), false)),
    ]),
)
const step = await CompiledFunction.create(() => {
  optimizer.step(grads)
  return { outputs: [], meta: undefined }
}, {})
if (step === undefined) throw new TypeError('the native backend compiles steps')

await answerSteps(() => {
  step.run({})
  return 0
})
