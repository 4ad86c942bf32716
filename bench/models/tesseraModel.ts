// Our side: training steps of a model of models.ts. Arguments: name batch fp32|bf16; flags: eager, deterministic. Answers as bench/step/tesseraStep.ts does.
import '@tessera/configs'
import { type HostBatch, MODELS as REGISTRY, RunContainer, SILENT_LOGGER } from '@tessera/core'
import { createStep } from '@tessera/engine'
import { BaseModel } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { currentBackend, RandomStream, useBackend } from '@tessera/runtime'
import { answerSteps } from '../answerSteps.js'
import { MODELS, type ModelName } from './models.js'

const SIDE = 224
const [name = 'resnet50', batch = '8', precision, ...flags] = process.argv.slice(2)
const { model: config, optimizer } = MODELS[name as ModelName]
const isEager = flags.includes('eager')
await useBackend('native', isEager ? 'ops' : 'shards', flags.includes('deterministic'))

const container = new RunContainer()
const data_preprocessor = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375], to_rgb: true }
const model = REGISTRY.build({ type: 'ImageClassifier', data_preprocessor, ...config }, container)
if (!(model instanceof BaseModel)) throw new TypeError('not a model')
model.nameState()
model.initWeights(new RandomStream(0, 'init'))
model.train()
const type = precision === 'bf16' ? 'AmpOptimWrapper' : 'OptimWrapper'
const optimWrapper = buildOptimWrapper(model, { type, optimizer }, container)
const runner = await createStep({ model, seed: 0, logger: SILENT_LOGGER, optimWrapper }, !isEager)
const host = hostBatch(Number(batch))
let iter = 0
await answerSteps(async () => (await runner.train(host, iter++))['loss'] ?? Number.NaN, { version: currentBackend()?.version })

function hostBatch(count: number): HostBatch {
  const random = new RandomStream(1, 'pixels')
  const samples = Array.from({ length: count }, (_, index) => index)
  const image = () => Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.integer(256))
  return {
    inputs: samples.map(() => ({ data: image(), height: SIDE, width: SIDE, channels: 3 })),
    data_samples: samples.map((index) => ({ metainfo: {}, gt_label: [(index * 7) % 1000] })),
  }
}
