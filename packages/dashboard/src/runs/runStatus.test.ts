import { expect, test } from '@jest/globals'
import { type StatusSigns, statusOf } from './runStatus.js'

const SIGNS: StatusSigns = { held: false, newest: true, end: undefined, iter: 10, maxIters: 100, silentMs: 1000 }

test.each<[string, Partial<StatusSigns>, string]>([
  ['a process holds the work dir', { held: true }, 'running'],
  ['it is held for a later run', { held: true, newest: false }, 'quiet'],
  ['nobody holds it', {}, 'quiet'],
  ['it says that it is done', { held: true, end: 'finished' }, 'finished'],
  ['it says that it was stopped', { end: 'stopped' }, 'stopped'],
  ['every iteration is there', { iter: 100 }, 'finished'],
  ["MMEngine's, just written to", { held: undefined }, 'running'],
  ["MMEngine's, silent", { held: undefined, silentMs: 600_000 }, 'quiet'],
])('%s', (_name, signs, expected) => {
  expect(statusOf({ ...SIGNS, ...signs })).toBe(expected)
})
