import { expect, test } from '@jest/globals'
import { configOrigin, firstPlace } from './configOrigin.js'
import { defineConfig } from './defineConfig.js'

// As Node writes a stack under tsx, under Jest, and in a plain module.
test.each([
  ['Error\n    at file:///c/a.ts:4:16\n    at x', '/c/a.ts:4'],
  ['Error\n    at <anonymous> (/c/a.ts:4:16)', '/c/a.ts:4'],
  ['Error\n    at Object.<anonymous> (/c/d e/a.ts:12:1)', '/c/d e/a.ts:12'],
  ['Error\n    at async file:///c/a.mjs?x=1:4:16', '/c/a.mjs:4'],
  ['Error\n    at node:internal/x:1:1', undefined],
  ['Error', undefined],
])('%j', (stack, place) => {
  expect(firstPlace(stack)?.place).toBe(place)
})

test('defineConfig remembers the file and line that it was called in', () => {
  const config = defineConfig({ work_dir: 'x' })
  expect(configOrigin(config)?.file).toBe(import.meta.filename)
  expect(configOrigin(config)?.place).toMatch(/configOrigin\.test\.ts:\d+$/)
  expect(configOrigin({})).toBeUndefined()
})
