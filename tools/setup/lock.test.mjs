import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isStale, withLock } from './lock.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('withLock', () => {
  test('two take turns, and nothing is left', async () => {
    const path = join(folder, 'deep/lock')
    /** @type {string[]} */
    const events = []
    const work = (/** @type {string} */ name) => async () => {
      events.push(`${name} in`)
      await new Promise((resolve) => setTimeout(resolve, 50))
      events.push(`${name} out`)
    }
    await Promise.all([withLock(path, work('a')), withLock(path, work('b'), (holder) => events.push(`b waits for ${holder}`))])
    expect(events).toEqual(['a in', `b waits for process ${process.pid}`, 'a out', 'b in', 'b out'])
    expect(readdirSync(join(folder, 'deep'))).toEqual([])
  })

  test('the lock of a dead process is taken over', async () => {
    const path = join(folder, 'lock')
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }))
    await expect(withLock(path, async () => 'done')).resolves.toBe('done')
  })

  test('work that throws gives the lock back', async () => {
    const path = join(folder, 'lock')
    await expect(
      withLock(path, async () => {
        throw new Error('inside')
      }),
    ).rejects.toThrow('inside')
    expect(existsSync(path)).toBe(false)
  })
})

test.each([
  ['a living holder', '{"pid":1,"host":"here"}', 0, true, false],
  ['a dead holder', '{"pid":1,"host":"here"}', 0, false, true],
  ['a holder elsewhere, whom we cannot ask', '{"pid":1,"host":"there"}', 0, false, false],
  ['one without a heartbeat for a minute', '{"pid":1,"host":"there"}', 61_000, true, true],
  ['unreadable and new', 'x', 0, false, false],
])('isStale: %s', (_, content, age, alive, expected) => {
  expect(isStale(content, age, 'here', () => alive)).toBe(expected)
})
