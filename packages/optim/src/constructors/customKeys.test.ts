import { expect, test } from '@jest/globals'
import { matchCustomKey, sortCustomKeys, unmatchedKeys } from './customKeys.js'

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
  ['backbone.layers.10.attn.qkv.bias', 'backbone.layers.1'],
  ['backbone.layers.2.attn.qkv.bias', 'backbone'],
  ['head.attn', 'attn'],
  ['head.fc.weight', undefined],
  ['.cls_token', '.cls_token'],
  ['cls_token', undefined],
])('%s is %s', (name, expected) => {
  expect(matchCustomKey(sortCustomKeys(['attn', 'backbone', 'backbone.layers.1', '.cls_token']), name)).toBe(expected)
})

test('a key that fits no name comes with the nearest parts of names', () => {
  expect(unmatchedKeys(['.cls_tokn', 'ln1', 'heads'], ['backbone.cls_token', 'backbone.ln1.weight', 'head.fc.bias'])).toEqual([
    { key: '.cls_tokn', nearest: ['.cls_token', 'cls_token'] },
    { key: 'heads', nearest: ['head'] },
  ])
})
