// Our side of the bench: a training step of the real classifier, optimizer and constructor. Arguments as torch_step.py's; flags: bf16, eager, deterministic;
// cut: the last block computes the class token alone, as it does outside of the bench. PyTorch's computes all tokens, and so does ours without it.
// Answers each line of standard input, a number of steps, with one line of JSON.
import '@tessera/configs'
import { type HostBatch, MODELS, RunContainer, SILENT_LOGGER } from '@tessera/core'
import { createStep } from '@tessera/engine'
import { BaseModel } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { currentBackend, RandomStream, useBackend } from '@tessera/runtime'
import { answerSteps } from '../answerSteps.js'
import './allTokensVit.js'
import type { Case } from './cases.js'
import { productStep } from './productStep.js'

const [width = 0, layers = 0, heads = 0, image = 0, batch = 0] = process.argv.slice(2, 7).map(Number)
const [mode = 'train', ...flags] = process.argv.slice(7)
// As a run does: a compiled step is cut into a part for each thread. The floor and op by op use threads as TensorFlow does.
await useBackend('native', mode === 'products' || flags.includes('eager') ? 'ops' : 'shards', flags.includes('deterministic'))

const step = await (mode === 'products'
  ? productStep({ name: '', width, layers, heads, image, batch }, flags.includes('bf16'))
  : modelStep())

async function modelStep(): Promise<() => Promise<number>> {
  const container = new RunContainer()
  const model = MODELS.build(modelConfig({ name: '', width, layers, heads, image, batch }), container)
  if (!(model instanceof BaseModel)) throw new TypeError('not a model')
  model.nameState()
  model.initWeights(new RandomStream(0, 'init'))
  const optimWrapper = buildOptimWrapper(
    model,
    {
      type: flags.includes('bf16') ? 'AmpOptimWrapper' : 'OptimWrapper',
      optimizer: { type: 'AdamW', lr: 1e-3, weight_decay: 0.05 },
      constructor: 'LearningRateDecayOptimWrapperConstructor',
      paramwise_cfg: { layer_decay_rate: 0.75, norm_decay_mult: 0, flat_decay_mult: 0 },
    },
    container,
  )
  const runner = await createStep({ model, seed: 0, logger: SILENT_LOGGER, optimWrapper }, !flags.includes('eager'))
  const host = hostBatch()
  if (mode === 'predict') {
    model.eval()
    return async () => (await runner.predict(host))[0]?.pred_score?.[0] ?? Number.NaN
  }
  model.train()
  let iter = 0
  return async () => (await runner.train(host, iter++))['loss'] ?? Number.NaN
}

function modelConfig({ width, layers, heads, image }: Case): object {
  return {
    type: 'ImageClassifier',
    data_preprocessor: { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375], to_rgb: true },
    backbone: {
      type: flags.includes('cut') ? 'VisionTransformer' : 'AllTokensVit',
      arch: { embed_dims: width, num_layers: layers, num_heads: heads, feedforward_channels: 4 * width },
      img_size: image,
      patch_size: 16,
    },
    head: { type: 'VisionTransformerClsHead', num_classes: 1000, in_channels: width },
  }
}

function hostBatch(): HostBatch {
  const random = new RandomStream(1, 'pixels')
  const samples = Array.from({ length: batch }, (_, i) => i)
  return {
    inputs: samples.map(() => ({
      data: Uint8Array.from({ length: image * image * 3 }, () => random.integer(256)),
      height: image,
      width: image,
      channels: 3,
    })),
    data_samples: samples.map((i) => ({ metainfo: {}, gt_label: [(i * 7) % 1000] })),
  }
}

await answerSteps(step, { version: currentBackend()?.version })
