import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { leftovers, withSavedModel } from './temporaryFiles.js'

// First of all: it happens once a process.
test('what a process left that was killed while it loaded is gone with the next graph', () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const left = join(tmpdir(), `tessera-graph-${pid}-0`)
  mkdirSync(left)
  writeFileSync(join(left, 'saved_model.pb'), 'half a gra')
  withSavedModel(new Uint8Array(3), () => expect(existsSync(left)).toBe(false))
})

test('of a graph in a file nothing stays, even when it does not load', () => {
  let seen = ''
  const load = (directory: string) => {
    seen = directory
    expect(readdirSync(directory)).toEqual(['saved_model.pb'])
    throw new Error('refused')
  }
  expect(() => withSavedModel(new Uint8Array(3), load)).toThrow('refused')
  expect(seen.startsWith(tmpdir())).toBe(true)
  expect(() => readdirSync(seen)).toThrow('ENOENT')
})

test('left-overs are ours, and of processes that are gone', () => {
  const names = [
    'tessera-graph-12-0',
    'tessera-graph-13-7',
    'tessera-graph-x',
    'tessera-graph-12',
    'other-12-0',
    'tessera-graph-12-0-1',
    'tessera-profile-12-3',
  ]
  expect(leftovers(names, (pid) => pid === 13)).toEqual(['tessera-graph-12-0', 'tessera-profile-12-3'])
})
