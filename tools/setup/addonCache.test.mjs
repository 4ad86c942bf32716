import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { cacheFolder, entryIsIntact, placeFiles, putEntry, readEntry } from './addonCache.mjs'

/** @type {string} */
let folder
/** @type {string} */
let entry

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-cache-'))
  entry = join(folder, 'entry')
  const built = join(folder, 'built')
  mkdirSync(join(built, 'deps/lib'), { recursive: true })
  mkdirSync(join(built, 'lib/napi-v8'), { recursive: true })
  mkdirSync(join(built, 'deps/include'), { recursive: true })
  writeFileSync(join(built, 'deps/include/header.h'), 'not kept')
  writeFileSync(join(built, 'deps/lib/libtensorflow.so.2'), 'library')
  symlinkSync('libtensorflow.so.2', join(built, 'deps/lib/libtensorflow.so'))
  writeFileSync(join(built, 'lib/napi-v8/tfjs_binding.node'), 'addon')
  await putEntry(built, entry, '2.21.0')
  rmSync(built, { recursive: true })
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('what was put can be placed, in place of what was there, and survives the loss of the cache', () => {
  const target = join(folder, 'package')
  mkdirSync(join(target, 'lib/napi-v7'), { recursive: true })
  writeFileSync(join(target, 'lib/napi-v7/old.node'), 'old')
  expect(readEntry(entry)?.version).toBe('2.21.0')
  placeFiles(entry, target)
  rmSync(entry, { recursive: true })
  expect(readFileSync(join(target, 'deps/lib/libtensorflow.so'), 'utf8')).toBe('library')
  expect(readFileSync(join(target, 'lib/napi-v8/tfjs_binding.node'), 'utf8')).toBe('addon')
  expect(existsSync(join(target, 'lib/napi-v7'))).toBe(false)
  expect(existsSync(join(target, 'deps/include'))).toBe(false)
})

test('a cache that cannot be written gives way to one in the repository', () => {
  const before = process.env['XDG_CACHE_HOME']
  try {
    process.env['XDG_CACHE_HOME'] = join(folder, 'mine')
    expect(cacheFolder()).toBe(join(folder, 'mine/tessera/native'))
    writeFileSync(join(folder, 'file'), '')
    process.env['XDG_CACHE_HOME'] = join(folder, 'file')
    expect(cacheFolder()).toMatch(/\.cache\/tessera\/native$/)
    expect(cacheFolder()).not.toContain(folder)
  } finally {
    if (before === undefined) delete process.env['XDG_CACHE_HOME']
    else process.env['XDG_CACHE_HOME'] = before
  }
})

test('a damaged entry is none: truncated, without its manifest, or changed under the same size', async () => {
  const manifest = readEntry(entry)
  if (!manifest) throw new Error('no entry')
  expect(await entryIsIntact(entry, manifest)).toBe(true)
  writeFileSync(join(entry, 'lib/napi-v8/tfjs_binding.node'), 'nodda')
  expect(readEntry(entry)).toBeDefined()
  expect(await entryIsIntact(entry, manifest)).toBe(false)
  truncateSync(join(entry, 'deps/lib/libtensorflow.so.2'), 3)
  expect(readEntry(entry)).toBeUndefined()
  rmSync(join(entry, 'tessera-manifest.json'))
  expect(readEntry(entry)).toBeUndefined()
})
