import { expect, test } from '@jest/globals'
import { mustBeRecentNode, noNative } from './prepare.mjs'
import { downloadArguments, requirementOf, wheelFor } from './wheels.mjs'

test('a platform has a pinned wheel or none', () => {
  expect(wheelFor('linux', 'x64')?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(wheelFor('win32', 'x64')).toBeUndefined()
})

test('pip may fetch exactly the pinned file', () => {
  const wheel = wheelFor('linux', 'x64')
  if (!wheel) throw new Error('no wheel')
  expect(requirementOf(wheel)).toBe(`tensorflow-cpu==2.21.0 --hash=sha256:${wheel.sha256}\n`)
  const args = downloadArguments(wheel, 'r.txt', 'to').join(' ')
  for (const flag of ['--require-hashes', '--no-deps', '--only-binary=:all:', '--platform manylinux_2_27_x86_64', '--requirement r.txt'])
    expect(args).toContain(flag)
})

test.each(['18.20.0', '20.18.9'])('Node.js %s is too old', (version) => {
  expect(() => mustBeRecentNode(version)).toThrow(`Node.js ${version} is too old: 20.19 or newer is needed`)
})

test.each(['20.19.0', '22.0.0', '24.1.0'])('Node.js %s will do', (version) => {
  expect(() => mustBeRecentNode(version)).not.toThrow()
})

test('without a native backend one line says so, why, and what to do', () => {
  const line = noNative('x'.repeat(1000))
  expect(line).toMatch(/^no native backend, so WebAssembly computes.*x…\. Once that is mended: node tools\/setup\/setup\.mjs --retry/)
  expect(line).not.toContain('\n')
})
