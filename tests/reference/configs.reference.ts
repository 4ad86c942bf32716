import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { convertPythonConfig, isTuple, loadConfig, sameValue, TesseraError } from '@tessera/core'
import { pythonPackage, ROOT } from './pythonPackage.js'

/** MMPreTrain's own configs, as its package on PyPI brings them. */
const MIM = join(pythonPackage('mmpretrain==1.2.0'), 'mmpretrain/.mim')

interface Recorded {
  readonly path: string
  readonly cfg: Record<string, unknown>
}

/** What `Config.fromfile(path)` of MMEngine 0.10.7 answered. */
function recorded(name: string): Recorded[] {
  const lines = gunzipSync(readFileSync(join(ROOT, 'tests/data', name))).toString()
  return lines
    .trim()
    .split('\n')
    .map((line): Recorded => JSON.parse(line))
}

const CONFIGS = recorded('mmpretrainConfigs.jsonl.gz')

/** As the record writes tuples. */
function encode(value: unknown): unknown {
  if (Array.isArray(value)) return isTuple(value) ? { __tuple__: Array.from(value, encode) } : value.map(encode)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, encode(child)]))
}

/** The one file here in the lazy-import style: the record has the class that it imports as a key, which MMEngine's own dump leaves out. */
const IMPORTED: Readonly<Record<string, readonly string[]>> = { 'configs/_base_/models/replknet-31B_in1k.py': ['build_classifier'] }

test('every recorded config loads to the same dict, key order and tuples included', async () => {
  const differing: string[] = []
  for (const { path, cfg } of CONFIGS) {
    const { config } = await loadConfig(join(MIM, path))
    const expected = Object.fromEntries(Object.entries(cfg).filter(([key]) => IMPORTED[path]?.includes(key) !== true))
    if (JSON.stringify(encode(config)) !== JSON.stringify(expected)) differing.push(path)
  }
  expect(differing).toEqual([])
  expect(CONFIGS.length).toBe(674)
})

test('every config of the package loads, but for the eight that MMEngine refuses, too', async () => {
  const refused: Record<string, string> = {}
  const files = readdirSync(join(MIM, 'configs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.py'))
  for (const file of files) {
    const error: unknown = await loadConfig(join(MIM, 'configs', file)).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error === undefined) continue
    expect(error).toBeInstanceOf(TesseraError)
    refused[file] = (error as TesseraError).message.replaceAll(MIM, '')
  }
  expect(files.length).toBe(846)
  const style = /is written in the lazy-import style: one chain has one style/
  const missing = /swinv2-\w+-w12_8xb128_in21k-192px\.py:18:1: there is no key 'test_pipeline'/
  expect(refused).toEqual({
    'byol/benchmarks/mask-rcnn_r50-c4_ms-1x_coco.py': expect.stringMatching(/the package of this base is not installed.*mmdet::/),
    'byol/benchmarks/mask-rcnn_r50_fpn_ms-1x_coco.py': expect.stringMatching(/the package of this base is not installed.*mmdet::/),
    'replknet/deploy/replknet-31B-deploy_32xb64_in1k-384px.py': expect.stringMatching(style),
    'replknet/deploy/replknet-31B-deploy_32xb64_in1k.py': expect.stringMatching(style),
    'replknet/replknet-31B_32xb64_in1k-384px.py': expect.stringMatching(style),
    'replknet/replknet-31B_32xb64_in1k.py': expect.stringMatching(style),
    'swin_transformer_v2/swinv2-base-w12_8xb128_in21k-192px.py': expect.stringMatching(missing),
    'swin_transformer_v2/swinv2-large-w12_8xb128_in21k-192px.py': expect.stringMatching(missing),
  })
})

test('every recorded config, converted to TypeScript with its bases, loads to the same config, and keeps its comments', async () => {
  // In the repository, so that `@tessera/configs` is found.
  const target = join(ROOT, '.cache/reference/converted')
  rmSync(target, { recursive: true, force: true })
  const targetOf = (file: string): string => join(target, file.slice(MIM.length)).replace(/\.py$/, '.ts')
  const waiting = CONFIGS.map(({ path }) => join(MIM, path))
  const lost: string[] = []
  const done = new Set<string>()
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (done.has(file)) continue
    done.add(file)
    const { text, bases } = await convertPythonConfig(file, targetOf(file), { baseName: targetOf })
    mkdirSync(dirname(targetOf(file)), { recursive: true })
    writeFileSync(targetOf(file), text)
    waiting.push(...bases)
    for (const comment of commentsOf(readFileSync(file, 'utf8'))) if (!text.includes(comment)) lost.push(`${file}: ${comment}`)
  }
  expect(lost).toEqual([])
  const differing: string[] = []
  for (const { path } of CONFIGS) {
    const python = (await loadConfig(join(MIM, path))).config
    const typescript = (await loadConfig(targetOf(join(MIM, path)))).config
    const keys = new Set([...Object.keys(python), ...Object.keys(typescript)])
    if (![...keys].every((key) => sameValue(python[key], typescript[key]))) differing.push(path)
  }
  expect(differing).toEqual([])
  expect(done.size).toBeGreaterThanOrEqual(674)
}, 600_000)

/** The comments that stand on lines of their own, but for notes to Python's tools. */
function commentsOf(text: string): string[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*(\S.*)$/gm)]
    .map(([, comment = '']) => comment.trimEnd())
    .filter((comment) => !/^(noqa|yapf:|type:)/.test(comment))
}

/** MMPreTrain's lazy-import configs are only in its repository: `MMPRETRAIN_SOURCE=path/to/mmpretrain npm run test:reference` checks them, too. */
const SOURCE = process.env['MMPRETRAIN_SOURCE']
if (SOURCE !== undefined) {
  describe('configs in the lazy-import style', () => {
    test.each(recorded('mmpretrainLazyConfigs.jsonl.gz').map(({ path, cfg }): [string, Record<string, unknown>] => [path, cfg]))(
      '%s',
      async (path, cfg) => {
        const { config } = await loadConfig(join(SOURCE, path))
        // MMEngine leaves the marker in where a section that it should replace is not there.
        const expected = JSON.stringify(cfg).replaceAll('"_delete_":true,', '')
        expect(JSON.stringify(encode(config))).toBe(expected)
      },
    )
  })
}
