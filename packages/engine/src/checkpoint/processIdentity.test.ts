import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { currentProcess, isRunning } from './processIdentity.js'
import { lockWorkDir } from './workDirLock.js'

const folder = () => mkdtempSync(path.join(tmpdir(), 'tessera-lock-'))

/** A process that lives until it is told not to. */
async function neighbour() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
  await once(child, 'spawn')
  return {
    pid: child.pid ?? 0,
    end: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test('a process is told from another that has its number', async () => {
  const self = currentProcess()
  expect(isRunning(self)).toBe(true)
  if (self.started !== undefined) expect(isRunning({ ...self, started: self.started - 1 })).toBe(false)
  const other = await neighbour()
  expect(isRunning({ pid: other.pid, started: undefined })).toBe(true)
  await other.end()
  expect(isRunning({ pid: other.pid, started: undefined })).toBe(false)
})

test('one run a work dir; the second is told which process has it', () => {
  const workDir = folder()
  const unlock = lockWorkDir(workDir)
  expect(() => lockWorkDir(workDir)).toThrow(new RegExp(`another run \\(process ${process.pid} on .*\\) trains in this work dir`))
  unlock()
  expect(readdirSync(workDir)).toEqual([])
  lockWorkDir(workDir)()
})

test('the lock of a dead process is taken over, that of a living one is not', async () => {
  const workDir = folder()
  const lock = path.join(workDir, '.tessera-lock')
  const { hostname } = await import('node:os')
  const other = await neighbour()
  writeFileSync(lock, JSON.stringify({ pid: other.pid, host: hostname() }))
  expect(() => lockWorkDir(workDir)).toThrow(TesseraError)
  await other.end()
  const unlock = lockWorkDir(workDir)
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid })
  unlock()
})

test('a lock of another machine counts while it is touched; half a lock does not', () => {
  const workDir = folder()
  const lock = path.join(workDir, '.tessera-lock')
  writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere' }))
  expect(() => lockWorkDir(workDir)).toThrow(/process 1 on elsewhere/)
  const longAgo = new Date(Date.now() - 600_000)
  utimesSync(lock, longAgo, longAgo)
  lockWorkDir(workDir)()
  writeFileSync(lock, '{"pid":')
  lockWorkDir(workDir)()
  expect(existsSync(lock)).toBe(false)
})
