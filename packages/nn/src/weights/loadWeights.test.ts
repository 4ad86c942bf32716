import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { RunContainer } from '@tessera/core'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { initReport } from '../init/initReport.js'
import { buildInitRules } from '../init/initRules.js'
import { Linear } from '../layers/linear.js'
import { Sequential } from '../layers/sequential.js'
import { type StateDict, stateDictOf } from '../module/stateDict.js'
import { nnPlugin } from '../plugin.js'
import { withFolder } from '../testing/goldenFile.js'
import { dict, int, reduce, storage, tensor, torchZip } from '../testing/pickleText.js'
import { type LoadWeightsOptions, loadWeights, readStateDict } from './loadWeights.js'
import { writeSafetensors } from './safetensors.js'

beforeAll(async () => {
  expect(nnPlugin.length).toBeGreaterThan(0)
  await useBackend('auto')
})

const net = (classes = 3) =>
  new Sequential(
    new Map([
      ['body', new Linear(2, 4)],
      ['neck', new Linear(4, 4)],
      ['head', new Linear(4, classes)],
    ]),
  )
const started = (seed: number, classes?: number) => {
  const model = net(classes)
  model.initWeights(new RandomStream(seed))
  return model
}
const renamed = (state: StateDict, rename: (name: string) => string): StateDict =>
  new Map([...state].map(([name, value]) => [rename(name), value]))

/** Loads `state` as a file into a fresh model. */
async function load(state: StateDict, options: LoadWeightsOptions = {}, classes?: number) {
  const model = started(2, classes)
  const original = stateDictOf(model)
  try {
    let report: ReturnType<typeof loadWeights> | undefined
    await withFolder({ 'w.safetensors': writeSafetensors(state) }, (folder) => {
      report = loadWeights(model, path.join(folder, 'w.safetensors'), options)
    })
    return { report, after: stateDictOf(model), original, error: undefined }
  } catch (error) {
    return { report: undefined, after: stateDictOf(model), original, error: String(error) }
  } finally {
    model.dispose()
  }
}

describe('loadWeights', () => {
  const source = () => {
    const model = started(1)
    const state = stateDictOf(model)
    model.dispose()
    return state
  }

  test('everything, under names with the wrapper’s prefix; the report is one line; no tensor is left', async () => {
    const state = source()
    const before = tf.memory().numTensors
    const { report, after } = await load(
      renamed(state, (name) => `module.${name}`),
      { need: 'all' },
    )
    expect(after).toEqual(state)
    expect(report?.text).toMatch(/^\S+w\.safetensors \(safetensors\): 6 of 6 tensors loaded$/)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('revise_keys in Python’s spelling, and a prefix', async () => {
    const state = source()
    const theirs = renamed(state, (name) => `encoder.${name.replace('neck', 'neck.fc')}`)
    const { after } = await load(theirs, { need: 'all', prefix: 'encoder', revise_keys: [[String.raw`(neck)\.fc`, String.raw`\1`]] })
    expect(after).toEqual(state)
  })

  test('another head: what fits is loaded, the rest keeps its values and is told', async () => {
    const state = source()
    state.set('extra.weight', { shape: [1], data: new Float32Array(1) })
    const { report, after, original } = await load(state, {}, 5)
    expect(after.get('body.weight')).toEqual(state.get('body.weight'))
    expect(after.get('head.weight')).toEqual(original.get('head.weight'))
    expect(report?.text.split('\n').slice(1)).toEqual([
      '  other shape, not loaded: head.weight [3, 4] → [5, 4], head.bias [3] → [5]',
      '  unexpected in the file, not used: extra.weight',
    ])
    expect(report?.text).toContain('4 of 6 tensors loaded')
  })

  test.each<[string, (state: StateDict) => StateDict, LoadWeightsOptions, number | undefined, RegExp]>([
    [
      'another architecture',
      (s) => renamed(s, (n) => `backbone.${n}`),
      {},
      undefined,
      /w\.safetensors: body\.weight.*another model: 6 of 6.*revise_keys/,
    ],
    ['another head, for a test', (s) => s, { need: 'complete' }, 5, /w\.safetensors: head\.weight.*got \[3,4\].*\[5,4\]/],
    [
      'a missing tensor, for a test',
      (s) => new Map([...s].slice(0, -1)),
      { need: 'complete' },
      undefined,
      /head\.bias.*1 tensors are missing/,
    ],
    [
      'one more, for a resume',
      (s) => new Map([...s, ['x', s.get('head.bias') ?? { shape: [], data: new Float32Array(1) }]]),
      { need: 'all' },
      undefined,
      /1 unexpected/,
    ],
    ['names that become one', (s) => s, { revise_keys: [['body|neck', 'a']] }, undefined, /one name of two/],
    ['a pattern that is none', (s) => s, { revise_keys: [['(', '']] }, undefined, /pattern of revise_keys/],
  ])('%s is refused, and nothing is changed', async (_, change, options, classes, message) => {
    const { error, after, original } = await load(change(source()), options, classes)
    expect(error).toMatch(message)
    expect(after).toEqual(original)
  })

  test('half and double precision become float32', async () => {
    const file = writeSafetensors(
      new Map([
        ['f16', { shape: [2], data: Uint16Array.of(0x3c00, 0xc100), dtype: 'F16' as const }],
        ['bf16', { shape: [2], data: Uint16Array.of(0x3f80, 0xc020), dtype: 'BF16' as const }],
        ['f64', { shape: [1], data: Float64Array.of(0.1) }],
        ['i64', { shape: [1], data: BigInt64Array.of(-3n) }],
        ['bool', { shape: [2], data: Uint8Array.of(1, 0), dtype: 'BOOL' as const }],
      ]),
    )
    await withFolder({ 'w.safetensors': file }, (folder) => {
      const state = readStateDict(path.join(folder, 'w.safetensors'))
      expect([...state].map(([, { data }]) => Array.from(data))).toEqual([[1, -2.5], [1, -2.5], [Math.fround(0.1)], [-3], [1, 0]])
    })
  })

  test('a tensor that the model needs and that cannot be read is an error with its name; others are listed', async () => {
    const quantized = reduce('torch._utils', '_rebuild_qtensor', storage({ kind: 'QInt8Storage', count: 16 }))
    const linear = new Linear(2, 2)
    linear.initWeights(new RandomStream(0))
    const bias = tensor({ size: [2], stride: [1] })
    await withFolder(
      {
        'a.pth': torchZip(dict(['weight', quantized], ['bias', bias])),
        'b.pth': torchZip(dict(['weight', tensor()], ['bias', bias], ['scale', quantized], ['n', int(1)])),
      },
      (folder) => {
        expect(() => loadWeights(linear, path.join(folder, 'a.pth'))).toThrow(/a\.pth: weight: the model needs this.*a quantized tensor/)
        const { text } = loadWeights(linear, path.join(folder, 'b.pth'))
        expect(text.split('\n')[1]).toBe('  no readable tensor: scale (a quantized tensor), n (a number)')
      },
    )
    linear.dispose()
  })
})

describe('init_cfg of type Pretrained', () => {
  const build = (options: object) => buildInitRules({ type: 'Pretrained', ...options } as never, new RunContainer())

  test('wins over every other rule, opens the file only while it reads, and is reported by parameter', async () => {
    const origin = started(7)
    const state = stateDictOf(origin)
    state.delete('head.weight')
    await withFolder({ 'w.safetensors': writeSafetensors(renamed(state, (name) => `backbone.${name}`)) }, (folder) => {
      const checkpoint = path.join(folder, 'w.safetensors')
      const model = net()
      model.initRules = [
        ...build({ checkpoint, prefix: 'backbone.' }),
        ...buildInitRules({ type: 'Constant', layer: 'Linear', val: 3 } as never, new RunContainer()),
      ]
      model.initWeights(new RandomStream(0))
      expect(stateDictOf(model).get('body.weight')).toEqual(state.get('body.weight'))
      expect(Array.from(stateDictOf(model).get('head.weight')?.data ?? [])).toEqual(new Array(12).fill(3))
      const report = initReport(model)
      expect(report.parameters[0]).toBe(`body.weight - [4, 2]: Pretrained: ${checkpoint}`)
      expect(report.parameters[4]).toBe('head.weight - [3, 4]: constant 3')
      expect(report.checkpoints[0]).toMatch(/5 of 6 tensors loaded\n {2}missing in the file, as initialised: head\.weight/)
      // Again, from a file that changed in between: it is read anew.
      writeFileSync(
        checkpoint,
        writeSafetensors(renamed(new Map([...state].map(([n, v]) => [n, { ...v, data: v.data.map(() => 2) }])), (n) => `backbone.${n}`)),
      )
      model.initWeights(new RandomStream(0))
      expect(Array.from(stateDictOf(model).get('neck.bias')?.data ?? [])).toEqual([2, 2, 2, 2])
      model.dispose()
    })
    origin.dispose()
  })

  test('a checkpoint of something else is refused before a weight is drawn', async () => {
    await withFolder({ 'w.safetensors': writeSafetensors(new Map([['a', { shape: [1], data: new Float32Array(1) }]])) }, (folder) => {
      const model = net()
      model.initRules = build({ checkpoint: path.join(folder, 'w.safetensors') })
      expect(() => model.initWeights(new RandomStream(0))).toThrow(/another model: 6 of 6/)
      expect(model.parameters().some((parameter) => parameter.isMaterialized)).toBe(false)
    })
  })

  test('an address is not a file', () => {
    const model = net()
    model.initRules = build({ checkpoint: 'https://example.org/vit.pth' })
    expect(() => model.initWeights(new RandomStream(0))).toThrow(/from this machine, not from an address.*Download/)
  })
})
