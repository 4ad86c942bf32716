import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import '@tessera/configs'
import { DATASETS, type Dataset, type PackedSample, type RunContainer } from '@tessera/core'
import { createRun, Hook, type RunState, readCheckpoint, SILENT_CONSOLE } from '@tessera/engine'
import type { StateDict } from '@tessera/nn'
import * as v from 'valibot'

const SIZE = 16
const CLASSES = 7

/** The data of make_mmengine_resume.py. */
class Stripes implements Dataset {
  static readonly schema = v.strictObject({})
  readonly metainfo = { classes: [...'abcdefg'] }
  readonly length = 20
  async getItem(index: number): Promise<PackedSample> {
    const data = Float32Array.from({ length: SIZE * SIZE * 3 }, (_, at) => (((at * (1 + (index % CLASSES)) + index) % 11) - 5) / 3)
    return { inputs: { data, height: SIZE, width: SIZE, channels: 3 }, data_samples: { metainfo: {}, gt_label: [index % CLASSES] } }
  }
}

type Sums = Record<string, { shape: number[]; first: number[]; norm: number }>
interface Case {
  readonly config: Record<string, unknown>
  readonly losses: number[]
  readonly accuracy: number
  readonly weights: Sums
  readonly average: Sums | null
  readonly lr: number[]
}

function unpacked(name: string): Buffer {
  return gunzipSync(readFileSync(path.join(import.meta.dirname, 'data', name)))
}

const CASES: Record<string, Case> = JSON.parse(unpacked('mmengineResume.json.gz').toString())

async function goOn(name: string, config: Record<string, unknown>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-mmengine-'))
  const load_from = path.join(folder, 'epoch_2.pth')
  writeFileSync(load_from, unpacked(`mmengineResume_${name}.pth.gz`))
  const loader = { dataset: { type: 'Stripes' }, sampler: { type: 'DefaultSampler', shuffle: false }, batch_size: 4 }
  const whole = {
    ...config,
    train_dataloader: loader,
    val_dataloader: loader,
    train_cfg: { by_epoch: true, max_epochs: 3 },
    val_cfg: {},
    val_evaluator: { type: 'Accuracy' },
    default_hooks: { checkpoint: { interval: 1 } },
    randomness: { seed: 0 },
    compile: false,
    resume: true,
    load_from,
  }
  const prepare = (container: RunContainer): void => container.rebind(DATASETS, 'Stripes', Stripes)
  const run = await createRun({ config: whole, file: 'resumed.ts' }, { workDir: folder, prepare, console: SILENT_CONSOLE })
  const losses: number[] = []
  class Witness extends Hook {
    override afterTrainIter(_: RunState, __: number, ___: unknown, outputs: Readonly<Record<string, number>>): void {
      losses.push(outputs['loss'] ?? Number.NaN)
    }
  }
  Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(new Witness())
  try {
    const { metrics } = await run.train()
    const lr = run.state.training.optimWrapper?.paramGroups.map((group) => group.lr).slice(0, 3)
    return { losses, metrics, lr, progress: run.state.progress, saved: readCheckpoint(path.join(folder, 'epoch_3')) }
  } finally {
    run.dispose()
  }
}

/** The largest distance of the numbers that are told of each tensor, in units of its norm. */
function apart(found: StateDict, expected: Sums): number {
  const distances = Object.entries(expected).map(([name, { shape, first, norm }]) => {
    const own = found.get(name)
    expect({ name, shape: own?.shape }).toEqual({ name, shape })
    const values = [...(own?.data ?? [])]
    const ofFirst = first.map((value, index) => Math.abs((values[index] ?? Number.NaN) - value))
    return Math.max(...ofFirst, Math.abs(Math.hypot(...values) - norm)) / Math.max(norm, 1e-2)
  })
  expect(distances.length).toBeGreaterThan(20)
  return Math.max(...distances)
}

test.each(Object.entries(CASES))('an MMEngine run of two epochs goes on here as it went on there: %s', async (name, expected) => {
  const { losses, metrics, lr, progress, saved } = await goOn(name, expected.config)
  expect(progress).toMatchObject({ epoch: 3, iter: 15 })
  expect(losses).toHaveLength(expected.losses.length)
  const off = Math.max(...losses.map((loss, index) => Math.abs(loss - (expected.losses[index] ?? Number.NaN))))
  const weights = apart(saved.model, expected.weights)
  const average = expected.average === null ? 0 : apart(saved.ema?.state ?? new Map(), expected.average)
  process.stdout.write(
    `${name}: losses ${off.toExponential(1)}, weights ${weights.toExponential(1)}, average ${average.toExponential(1)} apart\n`,
  )
  expect(off).toBeLessThan(1e-4)
  expect(weights).toBeLessThan(1e-3)
  expect(average).toBeLessThan(1e-3)
  expect(lr).toEqual(expected.lr.map((value) => expect.closeTo(value, 9)))
  expect(metrics['accuracy/top1']).toBeCloseTo(expected.accuracy, 4)
})
