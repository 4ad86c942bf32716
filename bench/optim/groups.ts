// One process's builds of ViT-L's parameter groups, as tools/train.ts makes them: milliseconds of each, the first one cold. Argument: how many.
import '@tessera/configs'
import { MODELS, RunContainer } from '@tessera/core'
import { Module } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'

const builds = Number(process.argv[2] ?? 50)
const container = new RunContainer()
const model = MODELS.build({ type: 'VisionTransformer', arch: 'l', img_size: 224, patch_size: 16 }, container)
if (!(model instanceof Module)) throw new TypeError('not a model')

// MMPreTrain's fine-tuning recipe of BEiT and MAE.
const config = {
  optimizer: { type: 'AdamW', lr: 4e-3, weight_decay: 0.05, eps: 1e-8, betas: [0.9, 0.999] },
  constructor: 'LearningRateDecayOptimWrapperConstructor',
  paramwise_cfg: {
    layer_decay_rate: 0.75,
    custom_keys: { '.ln': { decay_mult: 0 }, '.bias': { decay_mult: 0 }, '.cls_token': { decay_mult: 0 }, '.pos_embed': { decay_mult: 0 } },
  },
}

const times: number[] = []
let groups = 0
for (let i = 0; i < builds; i++) {
  const start = performance.now()
  const wrapper = buildOptimWrapper(model, config, container)
  times.push(performance.now() - start)
  groups = wrapper.paramGroups.length - 1
  wrapper.dispose()
}
process.stdout.write(`${JSON.stringify({ groups, times })}\n`)
