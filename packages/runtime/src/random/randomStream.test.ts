import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RandomStream } from './randomStream.js'

function take(stream: RandomStream, count = 5): number[] {
  return Array.from({ length: count }, () => stream.uniform())
}

describe('RandomStream', () => {
  test('equal names draw equal numbers, others do not', () => {
    const first = take(new RandomStream(1, 'shuffle'))
    expect(take(new RandomStream(1, 'shuffle'))).toEqual(first)
    for (const other of [
      new RandomStream(2, 'shuffle'),
      new RandomStream(1 + 2 ** 32, 'shuffle'),
      new RandomStream(-1, 'shuffle'),
      new RandomStream(1, 'shuffles'),
      new RandomStream(1, 'shuffle', ''),
      new RandomStream(1, 'shuf', 'fle'),
      new RandomStream(1, 'a name of more than sixteen bytes'),
    ]) {
      expect(take(other)).not.toEqual(first)
    }
  })

  test('these numbers stay as they are: checkpoints and published runs rely on them', () => {
    const stream = new RandomStream(0, 'test')
    expect([stream.uniform(), stream.integer(1000), stream.normal(), Array.from(stream.permutation(6))]).toEqual(PINNED)
  })

  test('a fork is the stream of the longer name, whatever its parent has drawn', () => {
    const parent = new RandomStream(7, 'data')
    take(parent, 3)
    expect(take(parent.fork('epoch 2'))).toEqual(take(new RandomStream(7, 'data', 'epoch 2')))
  })

  test('restored, it goes on as before', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat({ max: 50 }), (seed, draws) => {
        const stream = new RandomStream(seed, 'a')
        for (let i = 0; i < draws; i++) stream.integer(3)
        const state = JSON.parse(JSON.stringify(stream.state()))
        const next = take(stream)
        const again = new RandomStream(seed, 'a')
        again.restore(state)
        expect(take(again)).toEqual(next)
      }),
    )
  })

  test('many in a row are those that are drawn after a jump to their place', () => {
    const stream = new RandomStream(3, 'many')
    const all = take(stream, 20_000)
    for (const at of [0, 1, 2047, 2048, 2049, 4095, 8192, 12_345, 19_999]) {
      const jumped = new RandomStream(3, 'many')
      jumped.restore({ stream: stream.state().stream, position: 2 * at })
      expect(take(jumped, 1)).toEqual([all[at]])
    }
    const again = new RandomStream(3, 'many')
    take(again, 5000)
    again.restore({ stream: stream.state().stream, position: 200 })
    expect(take(again, 10)).toEqual(all.slice(100, 110))
    expect(again.state().position).toBe(220)
  })

  test('a state of another stream is refused', () => {
    const state = new RandomStream(1, 'a').state()
    expect(() => new RandomStream(1, 'b').restore(state)).toThrow(/another random stream.*\["?1/s)
  })

  test('a permutation holds every number once', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat({ max: 200 }), (seed, n) => {
        const order = new RandomStream(seed).permutation(n)
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
      }),
    )
  })

  test('distributions have their moments', () => {
    const stream = new RandomStream(5, 'moments')
    const n = 40_000
    const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / n
    const uniforms = take(stream, n)
    const normals = Array.from({ length: n }, () => stream.normal())
    const thirds = Array.from({ length: n }, () => stream.integer(3))
    expect(mean(uniforms)).toBeCloseTo(0.5, 1)
    expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...uniforms)).toBeLessThan(1)
    expect(mean(normals)).toBeCloseTo(0, 1)
    expect(mean(normals.map((x) => x * x))).toBeCloseTo(1, 1)
    expect(mean(thirds)).toBeCloseTo(1, 1)
    expect(new Set(thirds)).toEqual(new Set([0, 1, 2]))
  })

  test.each([0, -1, 1.5, 2 ** 33, Number.NaN])('integer(%d) is refused', (n) => {
    expect(() => new RandomStream(1).integer(n)).toThrow(/no such range/)
  })

  test('a seed that is not a whole number is refused', () => {
    expect(() => new RandomStream(0.5)).toThrow(/not a seed.*0\.5/)
  })
})

/** Recorded from this implementation on 2026-11-24. */
const PINNED = [0.3901470636759372, 353, -0.8355837616261624, [4, 5, 2, 3, 1, 0]]
