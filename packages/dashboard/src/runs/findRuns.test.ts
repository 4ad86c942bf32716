import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { findRuns } from './findRuns.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tessera-runs-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function make(...parts: string[]): void {
  mkdirSync(path.join(root, ...parts, 'vis_data'), { recursive: true })
}

test('runs of a work dir and of folders of work dirs, at any of some depths', () => {
  make('one', '20260101_000000')
  make('group', 'two', '20260102_000000')
  make('group', 'two', '20260103_000000')
  mkdirSync(path.join(root, 'group', 'two', 'epoch_1'))
  mkdirSync(path.join(root, 'no run', '20260101_000000'), { recursive: true })
  expect(findRuns([root]).map(({ name, newest }) => [name, newest])).toEqual([
    ['group/two · 20260102_000000', false],
    ['group/two · 20260103_000000', true],
    ['one', true],
  ])
  expect(findRuns([path.join(root, 'one')]).map(({ name }) => name)).toEqual(['one'])
})

test('roots that overlap give each run once, with the same id as ever', () => {
  make('one', '20260101_000000')
  const [once] = findRuns([root])
  const twice = findRuns([root, path.join(root, 'one')])
  expect(twice.map(({ id }) => id)).toEqual([once?.id])
})

test('a folder that is not there has no runs', () => {
  expect(findRuns([path.join(root, 'none')])).toEqual([])
})
