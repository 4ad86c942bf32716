import { describe, expect, test } from '@jest/globals'
import type { BackendInfo } from '../backend/backendInfo.js'
import { parseCpuFeatures } from './cpuFeatures.js'
import { type DoctorReport, type Facts, findings, formatReport } from './report.js'

const NATIVE: BackendInfo = { name: 'native', version: '2.21.0', threads: 2, simd: true }
const WASM: BackendInfo = { name: 'wasm', version: '4.22.0', threads: 1, simd: true, why: 'native: no addon' }
const GOOD: Facts = { nodeVersion: 'v20.19.0', platform: 'linux', backend: NATIVE, failure: undefined, absentPrograms: [] }

describe('parseCpuFeatures', () => {
  test.each([
    ['processor\t: 0\nflags\t\t: fpu avx avx2 fma avx512f avx512_bf16\nbugs\t:', ['avx', 'avx2', 'fma', 'avx512', 'avx512-bf16']],
    ['Features\t: fp asimd bf16\n', ['neon', 'bf16']],
    ['flags : fpu sse\n', []],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(parseCpuFeatures(text)).toEqual(expected)
  })
})

describe('findings', () => {
  test.each<[string, Partial<Facts>, string[]]>([
    ['nothing', {}, []],
    ['compilers do not matter once native runs', { absentPrograms: ['g++'] }, []],
    ['an old Node.js', { nodeVersion: 'v20.18.1' }, ['nvm install 22']],
    ['native not installed', { backend: WASM }, ['node tools/setup/setup.mjs --retry']],
    ['native switched off', { backend: { name: 'wasm', version: '4.22.0', threads: 1, simd: true } }, ['unset TESSERA_BACKEND']],
    [
      'native not installed and not buildable',
      { backend: WASM, absentPrograms: ['make', 'g++'] },
      ['sudo apt-get install --yes python3 python3-pip make g++', 'node tools/setup/setup.mjs --retry'],
    ],
    [
      'a system without a known installer',
      { backend: WASM, platform: 'constructor', absentPrograms: ['make'] },
      ['install make', 'node tools/setup/setup.mjs --retry'],
    ],
    ['no backend at all', { backend: undefined, failure: 'broken' }, ['npm install && node tools/setup/setup.mjs --retry']],
  ])('%s', (_, facts, expected) => {
    expect(findings({ ...GOOD, ...facts }).map(({ fix }) => fix)).toEqual(expected)
  })
})

test('formatReport', () => {
  const report: DoctorReport = {
    node: 'v20.20.2',
    os: 'Linux 6.1 x64',
    cpu: { model: 'Some CPU', threads: 2, features: ['avx', 'avx2'] },
    memoryGiB: 23.456,
    backend: NATIVE,
    matmulGflops: 198.7,
    missing: [],
  }
  expect(formatReport(report).split('\n')).toEqual([
    'Node.js         v20.20.2',
    'system          Linux 6.1 x64, 23.5 GiB memory',
    'processor       Some CPU, 2 threads',
    'features        avx avx2',
    'backend         native (TensorFlow 2.21.0, 2 threads, SIMD)',
    'matrix product  199 GFLOPS (float32)',
    'nothing is missing',
  ])
  const poor = { ...report, backend: undefined, matmulGflops: undefined, missing: [{ what: 'a backend', fix: 'npm ci' }] }
  expect(formatReport(poor)).toMatch(/backend {9}none\n\nmissing: a backend\n {2}get it: npm ci$/)
})
