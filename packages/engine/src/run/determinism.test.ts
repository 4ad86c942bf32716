import { expect, test } from '@jest/globals'
import { SILENT_LOGGER } from '@tessera/core'
import type { BackendInfo } from '@tessera/runtime'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig } from '../testing/tinyRun.js'
import { arithmeticOf, checkDeterminism } from './determinism.js'

const NATIVE: BackendInfo = { name: 'native', version: '2.21.0', threads: 2, shards: 2, simd: true, deterministic: true }

test.each([
  [NATIVE, 'native 2.21.0, 2 parts'],
  [{ ...NATIVE, shards: 1 }, 'native 2.21.0'],
  [{ name: 'cpu', version: '4.22.0' }, 'cpu 4.22.0'],
] as const)('%j is %s', (backend, text) => {
  expect(arithmeticOf(backend)).toBe(text)
})

test('a backend that started without it, and a checkpoint of another one, are told', async () => {
  const { workDir } = await recordedRun(tinyConfig())
  const told = (backend: BackendInfo, kind: 'fresh' | 'resume'): string[] => {
    const said: string[] = []
    checkDeterminism(backend, kind === 'fresh' ? { kind } : { kind, place: `${workDir}/epoch_3` }, {
      ...SILENT_LOGGER,
      warning: (message) => said.push(message),
    })
    return said
  }
  expect(told(NATIVE, 'fresh')).toEqual([])
  expect(told({ ...NATIVE, deterministic: false }, 'fresh')).toEqual([expect.stringContaining('comes too late')])
  expect(told({ ...NATIVE, version: '0.0.1' }, 'resume')).toEqual([
    expect.stringMatching(/^The checkpoint was saved by .* and this is native 0\.0\.1, 2 parts: /),
  ])
})
