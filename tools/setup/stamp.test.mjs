import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { addonFiles } from './addonFiles.mjs'
import { readStamp, sizesOf, whyStampIsUntrue, writeStamp } from './stamp.mjs'

/** @type {string} */
let folder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-stamp-'))
  mkdirSync(join(folder, 'deps/lib'), { recursive: true })
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true })
  writeFileSync(join(folder, 'deps/lib/libtensorflow.so.2'), 'library')
  symlinkSync('libtensorflow.so.2', join(folder, 'deps/lib/libtensorflow.so'))
  writeFileSync(join(folder, 'lib/napi-v8/tfjs_binding.node'), 'addon')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function stampNow() {
  const path = join(folder, 'stamp/native.json')
  writeStamp(path, { key: 'k', source: 's', version: '2', sizes: sizesOf(folder, addonFiles(folder)) })
  const stamp = readStamp(path)
  if (!stamp || 'failed' in stamp) throw new Error('no stamp')
  return stamp
}

/** @param {import('./stamp.mjs').ReadyStamp} stamp */
const why = (stamp, key = 'k') => whyStampIsUntrue(stamp, key, sizesOf(folder, Object.keys(stamp.sizes)))

test('a stamp of what is there is true', () => {
  const stamp = stampNow()
  expect(Object.keys(stamp.sizes)).toEqual(['deps/lib/libtensorflow.so', 'deps/lib/libtensorflow.so.2', 'lib/napi-v8/tfjs_binding.node'])
  expect(why(stamp)).toBeUndefined()
})

test('a truncated library, a missing addon, another version and an empty list are noticed', () => {
  const stamp = stampNow()
  expect(why(stamp, 'k2')).toBe('it was made for k')
  expect(why({ ...stamp, sizes: {} })).toBe('it lists no files')
  truncateSync(join(folder, 'deps/lib/libtensorflow.so.2'), 3)
  expect(why(stamp)).toBe('deps/lib/libtensorflow.so has 3 bytes instead of 7')
  rmSync(join(folder, 'deps'), { recursive: true })
  expect(why(stamp)).toBe('deps/lib/libtensorflow.so is missing')
})

test.each(['', '{', 'null', '[]', '{"key":1}', '{"key":"k"}'])('a damaged stamp (%j) is no stamp', (text) => {
  writeFileSync(join(folder, 'native.json'), text)
  expect(readStamp(join(folder, 'native.json'))).toBeUndefined()
})
