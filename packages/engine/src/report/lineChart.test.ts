import { describe, expect, test } from '@jest/globals'
import { axisTicks } from './axisTicks.js'
import { chartFile } from './chartFile.js'
import { lineChart } from './lineChart.js'

test.each<[number, number, number, string[]]>([
  [0, 1, 5, ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
  [26.07, 53.67, 5, ['20', '30', '40', '50', '60']],
  [0, 0.004, 5, ['0', '0.001', '0.002', '0.003', '0.004']],
  [1, 4, 7, ['1.0', '1.5', '2.0', '2.5', '3.0', '3.5', '4.0']],
  [0, 3e-6, 3, ['0', '1e-6', '2e-6', '3e-6']],
  [0, 3e6, 3, ['0', '1e6', '2e6', '3e6']],
  // All the same: still an axis.
  [5, 5, 5, ['5', '6']],
  [-1, 1, 4, ['-1.0', '-0.5', '0', '0.5', '1.0']],
])('ticks from %d to %d, about %i', (low, high, count, texts) => {
  const ticks = axisTicks(low, high, count)
  expect(ticks.texts.map((text) => (text === '0' || text === '0.0' ? '0' : text))).toEqual(
    texts.map((text) => (text === '0.0' ? '0' : text)),
  )
  expect(ticks.values[0]).toBeLessThanOrEqual(low)
  expect(ticks.values.at(-1)).toBeGreaterThanOrEqual(high)
})

describe('a chart', () => {
  const pathsOf = (svg: string) => [...svg.matchAll(/<path class="line (s\d)" d="([^"]*)"/g)].map(([, color, path]) => [color, path])

  test('joins points by lines from corner to corner, and says their numbers', () => {
    const svg = lineChart(
      [
        {
          name: 'a',
          points: [
            { x: 0, y: 0 },
            { x: 5, y: 10 },
          ],
        },
      ],
      { width: 200, height: 100 },
    )
    const [[, path] = []] = pathsOf(svg)
    const numbers = [...(path ?? '').matchAll(/[\d.]+/g)].map(Number)
    expect(numbers).toHaveLength(4)
    // The last point is at the right edge, and at the top of the axis.
    expect(numbers[2]).toBe(182)
    expect(numbers[1]).toBe(74)
    expect(Number(numbers[3])).toBeLessThan(40)
    expect(svg).toContain('<title>a at 5: 10</title>')
  })

  test('leaves gaps where there is no number, and needs no number at all', () => {
    const values = [1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 4]
    const svg = lineChart([{ name: 'a', points: values.map((y, x) => ({ x, y })) }])
    expect((pathsOf(svg)[0]?.[1]?.match(/M/g) ?? []).length).toBe(3)
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(lineChart([{ name: 'a', points: [{ x: 1, y: Number.NaN }] }])).not.toMatch(/NaN|Infinity/)
    expect(lineChart([])).toMatch(/^<svg/)
  })

  test('names are text, whatever they are; many of them take rows', () => {
    const hostile = '</text><script>alert(1)</script>'
    const svg = lineChart(
      Array.from({ length: 9 }, () => ({ name: hostile, points: [{ x: 0, y: 0 }] })),
      { title: hostile, xLabel: hostile },
    )
    expect(svg).not.toContain('<script')
    expect(new Set([...svg.matchAll(/<text x="\d+" y="(\d+)">&#60;/g)].map(([, y]) => y)).size).toBeGreaterThan(2)
  })

  test('several of them as a file', () => {
    const series = [{ name: 'a', points: [{ x: 0, y: 0 }] }]
    const svg = chartFile(
      [
        { title: 'one', series },
        { title: 'two', series },
      ],
      { width: 300, height: 200 },
    )
    expect(svg).toMatch(/^<svg class="chart" xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="300" height="400"/)
    expect(svg).toContain('y="200" width="300" height="200"')
  })
})
