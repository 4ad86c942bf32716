import { expect, test } from '@jest/globals'
import { vitLayerDepth } from './layerDepth.js'

test.each([
  ['backbone.cls_token', 0],
  ['backbone.pos_embed', 0],
  ['backbone.patch_embed.projection.weight', 0],
  ['backbone.layers.0.ln1.weight', 1],
  ['backbone.layers.11.ffn.layers.0.0.weight', 12],
  ['backbone.pre_norm.weight', 13],
  ['backbone.ln1.weight', 13],
  ['head.layers.head.weight', 13],
  ['neck.layers.0.weight', 13],
])('%s is at depth %i of 14', (name, depth) => {
  expect(vitLayerDepth(name, 'backbone.', 12)).toEqual([depth, 14])
})

test('a bare backbone has no prefix', () => {
  expect(vitLayerDepth('layers.2.attn.qkv.bias', '', 12)).toEqual([3, 14])
})
