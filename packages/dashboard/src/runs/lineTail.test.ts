import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { LineTail } from './lineTail.js'

let directory = ''
let file = ''
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tessera-tail-'))
  file = path.join(directory, 'lines')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('each line once, as it is complete', () => {
  const tail = new LineTail(file)
  expect(tail.read().lines).toEqual([])
  writeFileSync(file, 'one\ntw')
  expect(tail.read().lines).toEqual(['one'])
  expect(tail.read().lines).toEqual([])
  appendFileSync(file, 'o\nthr€e\n')
  expect(tail.read().lines).toEqual(['two', 'thr€e'])
})

test('in bites, also through the middle of a character', () => {
  writeFileSync(file, 'a€b\nc\n')
  const tail = new LineTail(file)
  const news = [tail.read(2), tail.read(3), tail.read(100)]
  expect(news.flatMap(({ lines }) => lines)).toEqual(['a€b', 'c'])
  expect(news.map(({ more }) => more)).toEqual([true, true, false])
})

test('a file that was cut or replaced is told and read anew', () => {
  writeFileSync(file, 'one\ntwo\n')
  const tail = new LineTail(file)
  tail.read()
  truncateSync(file, 4)
  expect(tail.read()).toMatchObject({ restarted: true, lines: ['one'] })
  rmSync(file)
  writeFileSync(path.join(directory, 'other'), 'new\nlines\n')
  execFileSync('mv', [path.join(directory, 'other'), file])
  expect(tail.read()).toMatchObject({ restarted: true, lines: ['new', 'lines'] })
})

test('an endless line does not fill the memory and does not hide what follows', () => {
  writeFileSync(file, `${'x'.repeat(5 << 20)}\nshort\n`)
  expect(new LineTail(file).read().lines).toEqual(['short'])
})

test('links and pipes are not read', () => {
  const target = path.join(directory, 'target')
  writeFileSync(target, 'secret\n')
  symlinkSync(target, file)
  expect(new LineTail(file).read().lines).toEqual([])
  execFileSync('mkfifo', [path.join(directory, 'pipe')])
  expect(new LineTail(path.join(directory, 'pipe')).read().lines).toEqual([])
})
