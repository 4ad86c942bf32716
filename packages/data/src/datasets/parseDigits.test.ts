import { describe, expect, test } from '@jest/globals'
import { parseDigits } from './parseDigits.js'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('parseDigits', () => {
  test('recovers every byte from three decimals', () => {
    const values = Array.from({ length: 256 }, (_, grey) => Number((grey / 255).toFixed(3)))
    expect([...parseDigits(bytes(JSON.stringify({ data: values })), '0.json')]).toEqual(Array.from({ length: 256 }, (_, grey) => grey))
  })

  test('white space is allowed', () => {
    expect([...parseDigits(bytes('{ "data": [ 0, 1 ,\n0.2 ] }'), '0.json')]).toEqual([0, 255, 51])
  })

  test.each(['', '{"data": 3}', '[1,2', '[1,,0]', '[1,null]', '[-1]', '[2]', '[]'])('%j is damaged, and the file is named', (text) => {
    expect(() => parseDigits(bytes(text), '7.json')).toThrow(/7\.json.*damaged/)
  })
})
