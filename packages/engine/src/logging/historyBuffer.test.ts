import { describe, expect, test } from '@jest/globals'
import { HistoryBuffer, registerStatistic } from './historyBuffer.js'
import { MessageHub } from './messageHub.js'

describe('HistoryBuffer', () => {
  test('statistics over windows, before and after the ring is full', () => {
    const buffer = new HistoryBuffer(100)
    const all: number[] = []
    for (let index = 0; index < 257; index++) {
      const value = Math.sin(index) * 10
      all.push(value)
      buffer.update(value)
      const kept = all.slice(-100)
      expect(buffer.length).toBe(kept.length)
      expect(buffer.current()).toBe(value)
      const last = kept.slice(-7)
      expect(buffer.mean(7)).toBeCloseTo(last.reduce((a, b) => a + b) / last.length, 10)
      expect(buffer.max()).toBe(Math.max(...kept))
      expect(buffer.min(7)).toBe(Math.min(...last))
    }
    expect(buffer.data().values).toEqual(all.slice(-100))
  })

  test('means weigh by count', () => {
    const buffer = new HistoryBuffer()
    buffer.update(1, 3)
    buffer.update(5, 1)
    expect(buffer.mean()).toBe(2)
  })

  test('statistics by name, also registered ones', () => {
    const buffer = new HistoryBuffer()
    for (const value of [3, 1, 2]) buffer.update(value)
    registerStatistic('first_of_window', (history, window) => history.data(window).values[0] ?? Number.NaN)
    expect(['mean', 'max', 'min', 'current', 'first_of_window'].map((name) => buffer.statistics(name, 2))).toEqual([1.5, 2, 1, 2, 1])
    expect(() => buffer.statistics('median')).toThrow(/no such statistic; got 'median', expected mean, max, min, current/)
    expect(() => new HistoryBuffer().current()).toThrow('no current value')
  })

  test('a late update costs what an early one does', () => {
    const buffer = new HistoryBuffer()
    const timeOf = (count: number): number => {
      const before = process.cpuUsage()
      for (let index = 0; index < count; index++) buffer.update(index)
      return process.cpuUsage(before).user / 1000
    }
    for (let index = 0; index < 1_000_000; index++) buffer.update(index)
    // Reallocating a million values each time (as the reference does) would take minutes.
    expect(timeOf(10_000)).toBeLessThan(500)
    expect(buffer.length).toBe(1_000_000)
  })
})

describe('MessageHub', () => {
  test('state goes to a checkpoint and back, without what is not resumed or not JSON', () => {
    const hub = new MessageHub()
    hub.updateScalar('train/loss', 2, 4)
    hub.updateScalar('train/loss', 1, 2)
    hub.updateScalar('probe', 1, 1, false)
    hub.updateInfo('best', { score: 97.1 })
    hub.updateInfo('model', new Map())
    const back = new MessageHub()
    back.loadStateDict(JSON.parse(JSON.stringify(hub.stateDict())))
    expect(back.getScalar('train/loss').data()).toEqual({ values: [2, 1], counts: [4, 2] })
    expect([...back.scalars.keys()]).toEqual(['train/loss'])
    expect(back.getInfo('best')).toEqual({ score: 97.1 })
    expect(back.hasInfo('model')).toBe(false)
  })

  test('a missing scalar names the nearest; resumed is fixed at first use', () => {
    const hub = new MessageHub()
    hub.updateScalar('train/loss', 1)
    expect(() => hub.getScalar('train/los')).toThrow("Did you mean 'train/loss'?")
    expect(() => hub.updateScalar('train/loss', 1, 1, false)).toThrow(/fixed at its first use/)
  })
})
