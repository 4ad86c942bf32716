import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { editDistance, suggest } from './suggest.js'

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['abc', '', 3],
    ['lr', 'lrr', 1],
    ['model', 'mdoel', 1],
    ['AdamW', 'adamw', 0],
    ['kitten', 'sitting', 3],
    ['norm', 'bias', 4],
  ])('%s, %s: %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  test('is symmetric, zero for the same, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b)
        expect(distance).toBe(editDistance(b, a))
        expect(editDistance(a, a)).toBe(0)
        expect(distance).toBeLessThanOrEqual(Math.max(a.toLowerCase().length, b.toLowerCase().length))
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.toLowerCase().length - b.toLowerCase().length))
      }),
    )
  })
})

describe('suggest', () => {
  const known = ['VisionTransformer', 'VisionTransformerClsHead', 'LinearClsHead', 'AdamW', 'Adam', 'SGD']
  test.each<[string, string[]]>([
    ['VisionTransformr', ['VisionTransformer']],
    ['Adamw', ['AdamW', 'Adam']],
    ['LinearHead', ['LinearClsHead']],
    ['ResNet', []],
    ['', []],
  ])('%s', (name, expected) => {
    expect(suggest(name, known)).toEqual(expected)
  })

  test('gives the best first and no more than asked for', () => {
    expect(suggest('aaaa', ['aaab', 'aaaa', 'aabb', 'aaac'], 3)).toEqual(['aaaa', 'aaab', 'aaac'])
  })
})
