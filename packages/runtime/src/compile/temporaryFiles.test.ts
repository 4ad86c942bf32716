import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import { leftovers, withSavedModel } from './temporaryFiles.js'

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
  const names = ['tessera-graph-12-0', 'tessera-graph-13-7', 'tessera-graph-x', 'tessera-graph-12', 'other-12-0', 'tessera-graph-12-0-1']
  expect(leftovers(names, (pid) => pid === 13)).toEqual(['tessera-graph-12-0'])
})
