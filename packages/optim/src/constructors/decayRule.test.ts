import { expect, test } from '@jest/globals'
import { decayMultOf, lrMultOf, type ParameterTraits } from './decayRule.js'

const plain: ParameterTraits = { name: 'weight', dims: 2, inNorm: false, inDepthwiseConv: false }
const bias = { ...plain, name: 'bias', dims: 1 }
const normWeight = { ...plain, dims: 1, inNorm: true }
const normBias = { ...bias, inNorm: true }
const depthwise = { ...plain, dims: 4, inDepthwiseConv: true }
const all = { norm_decay_mult: 1, bias_decay_mult: 2, dwconv_decay_mult: 3, flat_decay_mult: 4 }

test.each([
  ['a matrix has no rule', plain, all, undefined],
  ['norm comes first', normBias, all, 1],
  ['norm weight without a norm rule is flat', normWeight, { ...all, norm_decay_mult: null }, 4],
  ['norm bias without a norm rule is a bias', normBias, { ...all, norm_decay_mult: undefined }, 2],
  ['bias before depthwise', { ...bias, inDepthwiseConv: true }, all, 2],
  ['depthwise weight', depthwise, all, 3],
  ['bias without a bias rule is flat', bias, { flat_decay_mult: 0 }, 0],
  ['zero is a rule', normWeight, { norm_decay_mult: 0, flat_decay_mult: 4 }, 0],
  ['no rules', bias, {}, undefined],
] as const)('%s', (_, traits, mults, expected) => {
  expect(decayMultOf(traits, mults)).toBe(expected)
})

test.each([
  [bias, 2, 2],
  [normBias, 2, undefined],
  [plain, 2, undefined],
  [bias, null, undefined],
])('%j with bias_lr_mult %s', (traits, mult, expected) => {
  expect(lrMultOf(traits, mult)).toBe(expected)
})
