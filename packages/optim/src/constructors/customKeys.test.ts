import { expect, test } from '@jest/globals'
import { namePatterns, sortCustomKeys, unmatchedKeys } from './customKeys.js'

const PATH = 'paramwise_cfg.custom_keys'

test('longest first, then alphabetical', () => {
  expect(sortCustomKeys(['b', 'backbone', 'a', 'backbone.layers.1', 'ln1', 'attn'])).toEqual([
    'backbone.layers.1',
    'backbone',
    'attn',
    'ln1',
    'a',
    'b',
  ])
})

test.each([
  ['backbone.layers.10.attn.qkv.bias', ['backbone.layers.1', 'backbone', 'attn']],
  ['backbone.layers.2.attn.qkv.bias', ['/^backbone\\.layers\\.[2-5]\\./', 'backbone', 'attn']],
  ['head.attn', ['attn']],
  ['head.fc.weight', []],
  ['.cls_token', ['.cls_token']],
  ['cls_token', []],
])('%s fits %j, first tried first', (name, expected) => {
  const patterns = namePatterns(['attn', 'backbone', 'backbone.layers.1', '.cls_token', '/^backbone\\.layers\\.[2-5]\\./'], PATH)
  expect(patterns.filter((pattern) => pattern.matches(name)).map(({ key }) => key)).toEqual(expected)
})

test('a key that fits no name comes with the nearest parts of names', () => {
  const patterns = namePatterns(['.cls_tokn', 'ln1', 'heads', '/^head\\.fc/'], PATH)
  expect(unmatchedKeys(patterns, ['backbone.cls_token', 'backbone.ln1.weight', 'head.fc.bias'])).toEqual([
    { key: '.cls_tokn', nearest: ['.cls_token', 'cls_token'] },
    { key: 'heads', nearest: ['head'] },
  ])
})

test('what is no regular expression is an error that shows it', () => {
  expect(() => namePatterns(['/(/'], PATH)).toThrow(
    /^paramwise_cfg\.custom_keys: a key between slashes is a regular expression: .*got '\/\(\/'/,
  )
})
