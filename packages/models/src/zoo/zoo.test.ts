import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { stateDictOf, writeSafetensors } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { testContainer } from '../testing/testContainer.js'
import { findWeights } from './findWeights.js'
import { getModel, initModel } from './getModel.js'
import { hubWeights, parseHubPlace } from './hubWeights.js'
import { listModels } from './listModels.js'
import { zooIndex } from './zooIndex.js'

let folder = ''
beforeAll(async () => {
  jest.spyOn(console, 'debug').mockImplementation(() => {})
  await useBackend('auto')
})
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-zoo-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const NAME = 'deit-tiny_4xb256_in1k'
const ARCH = { embed_dims: 8, num_layers: 1, num_heads: 2, feedforward_channels: 16 }
const SMALL = {
  backbone: { arch: { _delete_: true, ...ARCH }, img_size: 32 },
  head: { in_channels: 8 },
}
const builder = () => testContainer()

describe('the index', () => {
  test('patterns, exclusions, tasks; only what can be built, unless all is asked for', () => {
    expect(testContainer()).toBeDefined()
    expect(listModels('deit-tiny')).toEqual(
      ['deit-tiny_4xb256_in1k', 'deit-tiny-distilled_3rdparty_in1k'].filter((name) => zooIndex().has(name)),
    )
    expect(listModels('*swin*', { exclude_patterns: ['swinv2', '*simmim', 'simmim'] })).toContain('swin-tiny_16xb64_in1k')
    expect(listModels('*swin*', { exclude_patterns: ['swin-'] })).not.toContain('swin-tiny_16xb64_in1k')
    expect(listModels('vit', { task: 'Image Classification' }).every((name) => name.startsWith('vit'))).toBe(true)
    expect(listModels('resnet5?_8xb32')).toContain('resnet50_8xb32_in1k')
    expect(listModels('inception')).toEqual([])
    expect(listModels('inception', { unsupported: true })).toEqual(['inception-v3_3rdparty_8xb32_in1k'])
    expect(listModels(undefined, { unsupported: true })).toHaveLength(500)
  })

  test('every model that is listed has a config whose types are registered', () => {
    for (const name of listModels()) expect(MODELS.has(zooIndex().get(name)?.model.type ?? '')).toBe(true)
    expect(listModels().length).toBeGreaterThan(150)
  })
})

describe('getModel', () => {
  test('by name, changed, drawn by its seed, in evaluation mode', async () => {
    const [first, second, other] = await Promise.all([0, 0, 1].map((seed) => getModel(NAME, { model: SMALL, seed, builder: builder() })))
    if (first === undefined || second === undefined || other === undefined) throw new Error('no model')
    expect(first.training).toBe(false)
    expect(stateDictOf(first)).toEqual(stateDictOf(second))
    expect(stateDictOf(first)).not.toEqual(stateDictOf(other))
    for (const model of [first, second, other]) model.dispose()
  })

  test('with a file: exact; of another shape only where the config was changed', async () => {
    const origin = await getModel(NAME, { model: SMALL, seed: 5, builder: builder() })
    const state = stateDictOf(origin)
    origin.dispose()
    const file = path.join(folder, 'w.safetensors')
    writeFileSync(file, writeSafetensors(state))
    const config = { type: 'ImageClassifier', backbone: { type: 'VisionTransformer', arch: ARCH, img_size: 32, patch_size: 16 } }
    const head = { type: 'VisionTransformerClsHead', num_classes: 1000, in_channels: 8 }
    const exact = await initModel({ ...config, head }, file, { builder: builder() })
    expect(stateDictOf(exact)).toEqual(state)
    exact.dispose()
    const lines: string[] = []
    const log = (line: string) => void lines.push(line)
    const logger = { debug: log, info: log, warning: log, error: log }
    const before = tf.memory().numTensors
    const tuned = await getModel(NAME, {
      model: { ...SMALL, head: { in_channels: 8, num_classes: 3 } },
      pretrained: file,
      logger,
      builder: builder(),
    })
    expect(stateDictOf(tuned).get('backbone.cls_token')).toEqual(state.get('backbone.cls_token'))
    expect(lines.join()).toMatch(/other shape, not loaded: head\.layers\.head\.weight \[1000, 8\] → \[3, 8\]/)
    tuned.dispose()
    expect(tf.memory().numTensors).toBe(before)
    // As published, with nothing changed, another shape is an error and leaves nothing behind.
    const other = { ...config, head: { type: 'LinearClsHead', num_classes: 3, in_channels: 8 } }
    await expect(getModel(other, { pretrained: file, builder: builder() })).rejects.toThrow(/w\.safetensors: head\.fc\.weight/)
    expect(tf.memory().numTensors).toBe(before)
  })

  test.each<[unknown, object, RegExp]>([
    ['deit-tiny_4xb256_in1', {}, /no such model.*Did you mean 'deit-tiny_4xb256_in1k'/],
    ['inception-v3_3rdparty_8xb32_in1k', {}, /not offered: InceptionV3/],
    [{ nothing: 1 }, {}, /no model in it/],
    [
      NAME,
      { pretrained: true, weightsDir: '/nowhere' },
      /\/nowhere\/deit-tiny.*\.pth: the weights are not on this machine.*Download https/,
    ],
    [NAME, { pretrained: 'no/file.pth' }, /no such file or folder of weights/],
    [NAME, { pretrained: 'hf://broken' }, /no place on the Hugging Face hub/],
  ])('%j %j', async (model, options, message) => {
    await expect(getModel(model as string, { builder: builder(), model: SMALL, ...options })).rejects.toThrow(message)
  })

  test('the zoo’s own file, by its published name', async () => {
    const url = zooIndex().get(NAME)?.weights ?? ''
    const file = path.join(folder, path.basename(url))
    writeFileSync(file, 'x')
    expect(await findWeights(true, zooIndex().get(NAME), { weightsDir: folder })).toBe(file)
  })
})

describe('the Hugging Face hub', () => {
  const bytes = writeSafetensors(new Map([['a', { shape: [300], data: new Float32Array(300).fill(2) }]]))

  /** A hub with one repository; counts what is asked for. */
  function hub(oid = createHash('sha256').update(bytes).digest('hex')) {
    const asked: string[] = []
    const entry = {
      type: 'file',
      path: 'model.safetensors',
      size: bytes.length,
      oid: 'b'.repeat(40),
      lfs: { oid, size: bytes.length, pointerSize: 1 },
    }
    const answer: typeof fetch = async (input, init) => {
      const url = String(input instanceof Request ? input.url : input)
      asked.push(url)
      if (url.includes('/tree/')) return Response.json([entry, { type: 'file', path: 'README.md', size: 1, oid: 'c'.repeat(40) }])
      if (url.includes('/paths-info/'))
        return Response.json([{ ...entry, lastCommit: { id: 'd'.repeat(40), title: '', date: '2026-01-01' } }])
      if (url.includes('/gone/')) return Response.json({ error: 'Repository not found' }, { status: 404 })
      const range = /bytes=(\d+)-(\d+)?/.exec(new Headers(init?.headers).get('Range') ?? '')
      const [from, to] = range === null ? [0, bytes.length - 1] : [Number(range[1]), Number(range[2] ?? bytes.length - 1)]
      const headers = { 'Content-Range': `bytes ${from}-${to}/${bytes.length}`, ETag: `"${oid}"` }
      return new Response(bytes.slice(from, to + 1), { status: range === null ? 200 : 206, headers })
    }
    return { asked, fetch: answer }
  }

  test('a model comes into the cache with its progress, once, and is found there without a network', async () => {
    const { asked, fetch } = hub()
    const progress: [string, number, number][] = []
    const options = { cacheDir: folder, fetch, onProgress: (...step: [string, number, number]) => void progress.push(step) }
    const file = await hubWeights({ repo: 'me/net', revision: 'main' }, options)
    expect(Buffer.compare(readFileSync(file), Buffer.from(bytes))).toBe(0)
    expect(progress.at(-1)).toEqual(['model.safetensors', bytes.length, bytes.length])
    const count = asked.length
    expect(await hubWeights({ repo: 'me/net', revision: 'main' }, options)).toBe(file)
    expect(asked.slice(count).some((url) => url.includes('/resolve/'))).toBe(false)
    const offline: typeof globalThis.fetch = async () => {
      throw new TypeError('fetch failed')
    }
    expect(await hubWeights({ repo: 'me/net', revision: 'main' }, { cacheDir: folder, fetch: offline })).toBe(file)
    await expect(hubWeights({ repo: 'me/other', revision: 'main' }, { cacheDir: folder, fetch: offline })).rejects.toThrow(
      /hf:\/\/me\/other: the Hugging Face hub cannot be reached.*Without a network, give the path/,
    )
  })

  test('a damaged download, a repository that is not there, one without weights', async () => {
    await expect(hubWeights({ repo: 'me/net', revision: 'main' }, { cacheDir: folder, fetch: hub('0'.repeat(64)).fetch })).rejects.toThrow(
      /download is damaged/,
    )
    const gone: typeof fetch = async () => Response.json({ error: 'no' }, { status: 404 })
    await expect(hubWeights({ repo: 'me/net', revision: 'main' }, { cacheDir: folder, fetch: gone })).rejects.toThrow(/hub answered 404/)
    await expect(hubWeights({ repo: 'me/net', revision: 'main', file: 'x.bin' }, { cacheDir: folder, fetch: hub().fetch })).rejects.toThrow(
      /holds no such weights.*model\.safetensors.*x\.bin/,
    )
  })

  test.each([
    ['hf://a/b', { repo: 'a/b', revision: 'main' }],
    ['hf://a/b@v1.0', { repo: 'a/b', revision: 'v1.0' }],
    ['hf://a/b.c/sub/model.safetensors', { repo: 'a/b.c', revision: 'main', file: 'sub/model.safetensors' }],
    ['hf://a', undefined],
    ['a/b', undefined],
  ])('%s', (text, place) => expect(parseHubPlace(text)).toEqual(place))
})
