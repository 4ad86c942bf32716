import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { DATASETS, type Dataset, type PackedSample, TesseraError } from '@tessera/core'
import { createRun, Hook, type RunState, SILENT_CONSOLE } from '@tessera/engine'
import { type OptimStateDict, stateDictOf } from '@tessera/nn'
import * as v from 'valibot'

/** MMEngine's own checkpoint of a tiny ViT after two iterations, and what PyTorch says is in its optimizer. */
let checkpoint = ''
let legacy = ''
type Slots = Record<string, { shape: number[]; first: number[]; sum: number }>
const SLOTS: Slots = JSON.parse(unpacked(path.join(import.meta.dirname, 'data/mmengineOptimizerState.json.gz')).toString())

function unpacked(file: string): Buffer {
  return gunzipSync(readFileSync(file))
}

beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-mmengine-'))
  const place = (name: string): string => {
    writeFileSync(path.join(folder, name), unpacked(path.join(import.meta.dirname, `../packages/nn/test-data/${name}.gz`)))
    return path.join(folder, name)
  }
  checkpoint = place('tiny_vit_iter_2.pth')
  legacy = place('tiny_vit_iter_2_legacy.pth')
})

class Stripes implements Dataset {
  static readonly schema = v.strictObject({ n: v.number() })
  readonly metainfo = { classes: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }
  readonly length: number
  constructor(options: { n: number }) {
    this.length = options.n
  }
  async getItem(index: number): Promise<PackedSample> {
    const data = Float32Array.from({ length: 32 * 32 * 3 }, (_, at) => ((at + index) % 7) - 3)
    return { inputs: { data, height: 32, width: 32, channels: 3 }, data_samples: { metainfo: {}, gt_label: [index % 7] } }
  }
}

const NO_STATE: OptimStateDict = { tensors: new Map(), json: {} }

/** The config that the checkpoint was trained with, for two iterations more. */
function config(load_from: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    model: {
      type: 'ImageClassifier',
      backbone: {
        type: 'VisionTransformer',
        arch: { embed_dims: 32, num_layers: 3, num_heads: 4, feedforward_channels: 64 },
        img_size: 32,
        patch_size: 8,
        drop_rate: 0,
      },
      head: { type: 'VisionTransformerClsHead', num_classes: 7, in_channels: 32 },
    },
    train_dataloader: { dataset: { type: 'Stripes', n: 16 }, sampler: { type: 'DefaultSampler', shuffle: false }, batch_size: 4 },
    train_cfg: { by_epoch: false, max_iters: 4 },
    optim_wrapper: {
      optimizer: { type: 'AdamW', lr: 1e-3, weight_decay: 0.05 },
      clip_grad: { max_norm: 1 },
      constructor: 'LearningRateDecayOptimWrapperConstructor',
      paramwise_cfg: { layer_decay_rate: 0.75, norm_decay_mult: 0, flat_decay_mult: 0 },
    },
    param_scheduler: [
      { type: 'LinearLR', start_factor: 0.1, by_epoch: false, begin: 0, end: 10 },
      { type: 'CosineAnnealingLR', by_epoch: false, begin: 10, end: 40, T_max: 30, eta_min: 1e-5 },
    ],
    default_hooks: { checkpoint: { by_epoch: false, interval: 4 }, logger: { interval: 1 } },
    log_processor: { by_epoch: false },
    resume: true,
    load_from,
    ...changes,
  }
}

/** Trains, and looks at the run just before its first step. */
async function train(given: Record<string, unknown>, look: (run: RunState) => void = () => {}): Promise<RunState> {
  const workDir = mkdtempSync(path.join(tmpdir(), 'tessera-mmengine-'))
  const prepare = (container: Parameters<NonNullable<Parameters<typeof createRun>[1]>['prepare'] & object>[0]): void =>
    container.rebind(DATASETS, 'Stripes', Stripes)
  const run = await createRun({ config: given, file: 'tiny_vit.ts' }, { workDir, prepare, console: SILENT_CONSOLE })
  class Look extends Hook {
    override beforeTrain(state: RunState): void {
      look(state)
    }
  }
  Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(new Look())
  try {
    await run.train()
    return run.state
  } finally {
    run.dispose()
  }
}

describe.each([
  ['the zip format', () => checkpoint],
  ['the legacy format', () => legacy],
])('a run goes on from a checkpoint of MMEngine in %s', (_, place) => {
  test('with its weights, optimizer, schedulers, counters, seed and history', async () => {
    let seen = 0
    const state = await train(config(place()), (run) => {
      seen = run.progress.iter
      expect(run.progress).toMatchObject({ epoch: 0, iter: 2, batch: 2 })
      expect(run.seed).toBe(0)
      const { optimWrapper, schedulers } = run.training
      const { tensors, json } = optimWrapper?.stateDict() ?? NO_STATE
      const names = (optimWrapper?.paramGroups ?? []).flatMap(({ params }) => params).map(({ name }) => name)
      expect(names.slice(0, 44)).toHaveLength(44)
      let compared = 0
      for (const [key, expected] of Object.entries(SLOTS)) {
        const [, index, slot] = /^(\d+)\.(.+)$/.exec(key) ?? []
        if (slot === 'step') continue
        const found = tensors.get(`${slot}.${names[Number(index)]}`)
        expect(found?.shape).toEqual(expected.shape)
        expect(Array.from(found?.data.slice(0, 3) ?? [])).toEqual(expected.first)
        expect(found?.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.sum, 6)
        compared++
      }
      expect(compared).toBe(88)
      expect((json['state'] as { step: Record<string, number> }).step['backbone.cls_token']).toBe(2)
      expect(optimWrapper?.paramGroups[0]?.lr).toBeCloseTo(9.4921875e-5, 15)
      expect(optimWrapper?.paramGroups.at(-1)?.lr).toBeCloseTo(3e-4, 15)
      expect(schedulers[0]?.stateDict()).toMatchObject({ last_step: 2, _global_step: 2 })
      expect(run.hub.getScalar('train/loss').data().values).toEqual([2.91196608543396, 2.893385171890259])
      expect(stateDictOf(run.model).get('backbone.cls_token')?.shape).toEqual([1, 1, 32])
    })
    expect(seen).toBe(2)
    expect(state.progress.iter).toBe(4)
    // Two more steps of the warm-up: 0.1 + 0.9 · 4/9 of the rate.
    expect(state.training.optimWrapper?.paramGroups.at(-1)?.lr).toBeCloseTo(1e-3 * 0.5, 12)
    expect(state.hub.getScalar('train/loss').data().values).toHaveLength(4)
  })
})

describe('what cannot be resumed says why', () => {
  const codeAndMessage = async (given: Record<string, unknown>): Promise<string> => {
    const error: unknown = await train(given).catch((thrown: unknown) => thrown)
    if (!(error instanceof TesseraError)) throw new Error(`no error of ours: ${String(error)}`)
    return `${error.code} ${error.message}`
  }

  test('another grouping of the parameters', async () => {
    const { constructor: _, ...optim_wrapper } = config('')['optim_wrapper'] as Record<string, unknown>
    expect(await codeAndMessage(config(checkpoint, { optim_wrapper: { ...optim_wrapper, paramwise_cfg: {} } }))).toMatch(
      /^CHECKPOINT_INVALID .*optimizer\.param_groups\[0\]: .* groups the parameters in another way/,
    )
  })

  test('another number of schedulers', async () => {
    expect(await codeAndMessage(config(checkpoint, { param_scheduler: null }))).toMatch(/another number of parameter schedulers/)
  })

  test('a file of weights alone', async () => {
    expect(await codeAndMessage(config(path.join(path.dirname(checkpoint), 'nowhere.pth')))).toMatch(/^CHECKPOINT_NOT_FOUND/)
    const text = path.join(path.dirname(checkpoint), 'text.pth')
    writeFileSync(text, 'no checkpoint')
    expect(await codeAndMessage(config(text))).toMatch(/^CHECKPOINT_INVALID .*not a valid PyTorch checkpoint/)
  })
})
