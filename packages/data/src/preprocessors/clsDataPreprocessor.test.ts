import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { type ImageArray, MODELS, RunContainer, TesseraError } from '@tessera/core'
import { readSafetensors, toFloat32 } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { ClsDataPreprocessor } from './clsDataPreprocessor.js'

interface Golden {
  readonly cfg: object
  readonly inputs: string | readonly string[]
  readonly gt_score: readonly (readonly number[] | null)[]
  readonly gt_label: readonly (readonly number[])[]
}

const DATA = join(import.meta.dirname, '../../test-data')
const gunzip = (name: string) => gunzipSync(readFileSync(join(DATA, `${name}.gz`)))
const golden = JSON.parse(gunzip('preprocessor.json').toString('utf8')) as Record<string, Golden>
const { tensors } = readSafetensors(gunzip('preprocessor.safetensors'))

beforeAll(async () => {
  await useBackend()
})

function tensor(name: string) {
  const found = tensors.get(name)
  if (found === undefined) throw new Error(`no golden tensor ${name}`)
  return { shape: found.shape, data: toFloat32(found) }
}

/** The reference's images are channels × height × width. */
function image(name: string): ImageArray {
  const { shape, data } = tensor(name)
  const [channels = 0, height = 0, width = 0] = shape
  const pixels = Uint8Array.from({ length: data.length }, (_, i) => data[(i % channels) * height * width + Math.floor(i / channels)] ?? 0)
  return { data: pixels, height, width, channels }
}

function build(config: object): ClsDataPreprocessor {
  const built: unknown = new RunContainer().build(MODELS, config)
  if (built instanceof ClsDataPreprocessor) return built
  throw new Error('not a preprocessor')
}

describe('ClsDataPreprocessor', () => {
  test.each(Object.entries(golden))('%s, as the reference answers', (name, { cfg, inputs, gt_label, gt_score }) => {
    const preprocessor = build(gt_label.some((labels) => labels.length > 1) ? { num_classes: 4, ...cfg } : cfg)
    const before = tf.memory().numTensors
    const names = typeof inputs === 'string' ? ['a', 'b'] : inputs
    const batch = preprocessor.upload({
      inputs: names.map(image),
      data_samples: gt_label.map((labels) => ({ metainfo: {}, gt_label: labels })),
    })
    const out = tf.tidy(() => tf.transpose(preprocessor.call(batch, false).inputs, [0, 3, 1, 2]))
    const expected = tensor(`${name}.out`)
    expect(out.shape).toEqual([...expected.shape])
    const got = out.dataSync()
    const worst = Math.max(...expected.data.map((value, i) => Math.abs(value - (got[i] ?? Number.NaN))))
    expect(worst).toBeLessThan(1e-5 * Math.max(1, ...expected.data.map(Math.abs)))
    for (const [row, scores] of gt_score.entries()) {
      if (scores !== null) expect(Array.from(batch['gt_score']?.dataSync() ?? []).slice(row * 4, row * 4 + 4)).toEqual(scores)
    }
    tf.dispose([out, ...Object.values(batch)])
    preprocessor.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('one label a sample stays an index', () => {
    const preprocessor = build({ type: 'ClsDataPreprocessor' })
    const batch = preprocessor.upload({
      inputs: [image('a'), image('b')],
      data_samples: [
        { metainfo: {}, gt_label: [3] },
        { metainfo: {}, gt_label: [1] },
      ],
    })
    expect(Array.from(batch['gt_label']?.dataSync() ?? [])).toEqual([3, 1])
    tf.dispose(Object.values(batch))
  })

  test.each<[string, object]>([
    ['mean without std', { mean: [1, 2, 3] }],
    ['a std of zero', { mean: [1], std: [0] }],
    ['a batch augment without its option', { batch_augments: { augments: { type: 'Mixup' } } }],
    ['an unknown option', { num_class: 3 }],
  ])('%s is refused', (_, options) => {
    expect(() => build({ type: 'ClsDataPreprocessor', ...options })).toThrow(TesseraError)
  })

  test('a label that is no class is refused', () => {
    const preprocessor = build({ type: 'ClsDataPreprocessor', to_onehot: true, num_classes: 2 })
    expect(() => preprocessor.upload({ inputs: [image('a')], data_samples: [{ metainfo: {}, gt_label: [2] }] })).toThrow(/0 to 1/)
  })
})
