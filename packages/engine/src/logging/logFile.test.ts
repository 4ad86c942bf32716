import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { LogFile } from './logFile.js'

test('lines that cannot be written are told once, and counted when they can again', () => {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'tessera-log-')), 'later')
  const file = path.join(folder, 'a.json')
  const told: string[] = []
  const log = new LogFile(file, (message) => told.push(message))
  log.append('one\n')
  log.append('two\n')
  expect(told).toEqual([expect.stringMatching(/a\.json cannot be written \(.*ENOENT.*\)\. The run goes on\.$/)])
  mkdirSync(folder)
  log.append('three\n')
  log.append('four\n')
  expect(told.slice(1)).toEqual([`${file} can be written again; 2 lines are missing in it.`])
  expect(readFileSync(file, 'utf8')).toBe('three\nfour\n')
})
