import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import '@tessera/configs'
import { createRun, Hook, type RunState, SILENT_CONSOLE, type TrainOutputs } from '@tessera/engine'
import { useBackend } from '@tessera/runtime'

const vit = {
  type: 'VisionTransformer',
  arch: { embed_dims: 16, num_layers: 2, num_heads: 2, feedforward_channels: 16 },
  img_size: 28,
  patch_size: 14,
  in_channels: 1,
}
const backbone = { type: 'LoRAModel', module: vit, rank: 2, targets: [{ type: 'qkv' }], drop_rate: 0.1, layer_depth: 'strict' }
const optimizer = { type: 'AdamW', lr: 0.01, weight_decay: 0.05 }

const config = {
  model: { type: 'ImageClassifier', backbone, head: { type: 'VisionTransformerClsHead', num_classes: 10, in_channels: 16 } },
  data_preprocessor: { num_classes: 10 },
  train_dataloader: {
    batch_size: 4,
    dataset: { type: 'MNISTDigits', indices: 12, pipeline: [{ type: 'PackInputs' }] },
    sampler: { type: 'DefaultSampler', shuffle: true },
  },
  train_cfg: { by_epoch: true, max_epochs: 2 },
  optim_wrapper: {
    optimizer,
    constructor: 'LearningRateDecayOptimWrapperConstructor',
    paramwise_cfg: { layer_decay_rate: 0.5 },
  },
  default_hooks: { checkpoint: { type: 'CheckpointHook', interval: 1 } },
  randomness: { seed: 3 },
}

beforeAll(async () => {
  await useBackend()
})

test('LoRA with layer-wise decay: small checkpoints, and a resumed run goes on as if it had not stopped', async () => {
  const workDir = mkdtempSync(path.join(tmpdir(), 'tessera-lora-'))
  const losses = async (changes: object = {}) => {
    const run = await createRun({ config: { ...config, ...changes } }, { workDir, console: SILENT_CONSOLE })
    const found: number[] = []
    class Recorder extends Hook {
      override afterTrainIter(_: RunState, __: number, ___: unknown, outputs: TrainOutputs): void {
        found.push(outputs['loss'] ?? Number.NaN)
      }
    }
    Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(new Recorder())
    try {
      await run.train()
    } finally {
      run.dispose()
    }
    return found
  }
  const whole = await losses()
  expect(whole).toHaveLength(6)
  const bytes = readFileSync(path.join(workDir, 'epoch_1/model.safetensors'))
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString('utf8')) as object
  const names = Object.keys(header).filter((name) => name !== '__metadata__')
  expect(names.every((name) => name.includes('.lora_') || name.startsWith('head.') || name.startsWith('data_preprocessor.'))).toBe(true)
  expect(names.filter((name) => name.includes('.lora_'))).toHaveLength(4)
  expect(await losses({ load_from: path.join(workDir, 'epoch_1'), resume: true })).toEqual(whole.slice(3))
})
