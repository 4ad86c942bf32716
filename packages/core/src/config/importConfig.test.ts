import { describe, expect, test } from '@jest/globals'
import { firstLine, lineOf } from './importConfig.js'

// The texts are what Node 20, tsx (esbuild) and swc wrote for the same broken files.
describe('lineOf', () => {
  test.each<[string, string, string | undefined]>([
    ['a stack with paths', 'Error: boom\n    at <anonymous> (/c/a.ts:5:7)\n    at x (node:internal/y:1:1)', '5'],
    ['a stack with addresses', 'Error: boom\n    at file:///c/a.ts:12:7', '12'],
    ['an address with a query', 'Error: boom\n    at file:///c/a.ts?namespace=1:12:7', '12'],
    ['esbuild', 'Transform failed with 1 error:\n/c/a.ts:4:0: ERROR: Expected "}" but found end of file', '4'],
    ['swc', '  x Expected ident\n   ,-[/c/a.ts:3:1]\n 1 | export default {', '3'],
    ["Node's syntax errors", 'file:///c/a.ts:2\n}}}\n^\nSyntaxError: Unexpected token', '2'],
    ['another file of the same name', 'Error: boom\n    at /other/a.ts:5:7', undefined],
    ['nothing', '', undefined],
  ])('%s', (_name, text, line) => {
    expect(lineOf('/c/a.ts', text)).toBe(line)
  })
})

test.each([
  ['boom', 'boom'],
  ['\n  boom\nmore', 'boom'],
  ['Transform failed with 1 error:\n/c/a.ts:4:0: ERROR: Expected "}"', 'Expected "}"'],
  ['', 'what it throws has no message'],
])('firstLine of %j', (message, expected) => {
  expect(firstLine(message)).toBe(expected)
})
