import { describe, expect, test } from '@jest/globals'
import type { ParameterTraits } from './decayRule.js'
import { groupRuleOf } from './groupRule.js'
import type { CustomSettings, DefaultParamwise } from './paramwiseConfig.js'

const weight: ParameterTraits = { name: 'weight', dims: 2, inNorm: false, inDepthwiseConv: false }
const bias: ParameterTraits = { ...weight, name: 'bias', dims: 1 }
const normWeight: ParameterTraits = { ...weight, dims: 1, inNorm: true }
const body: CustomSettings = { lr_mult: 0.1 }
const half: CustomSettings = { lr_mult: 0.5, decay_mult: 0.5, eps: 1e-6 }
const rules: DefaultParamwise = { bias_lr_mult: 2, norm_decay_mult: 0, bias_decay_mult: 0.5 }

describe('groupRuleOf', () => {
  test.each<[string, CustomSettings[], ParameterTraits, DefaultParamwise, boolean, [number | undefined, number | undefined]]>([
    ['no rule', [], weight, rules, false, [undefined, undefined]],
    ['rules by kind', [], bias, rules, false, [2, 0.5]],
    ['the first key cancels them (mmengine#846)', [body, half], bias, rules, false, [0.1, 1]],
    [
      'combined: each option of the first key that gives it, times the kind',
      [body, half],
      bias,
      { ...rules, combine_rules: true },
      false,
      [0.2, 0.25],
    ],
    ['combined: a key without decay_mult leaves the norm rule', [body], normWeight, { ...rules, combine_rules: true }, false, [0.1, 0]],
    ['combined, nothing fits', [], normWeight, { ...rules, combine_rules: true }, false, [undefined, 0]],
    ['the model asks for no decay', [], weight, {}, true, [undefined, 0]],
    ['and is heard past a key that does not mention it', [body], weight, {}, true, [0.1, 0]],
    ['but not past one that does', [half], weight, {}, true, [0.5, 0.5]],
    ['combined as well', [body, half], weight, { combine_rules: true }, true, [0.1, 0.5]],
    ['null is no multiplier', [{ lr_mult: null, decay_mult: null }], weight, {}, false, [1, 1]],
  ])('%s', (_, fitting, traits, paramwise, freeOfDecay, [lrMult, decayMult]) => {
    expect(groupRuleOf(fitting, traits, paramwise, freeOfDecay)).toMatchObject({ lrMult, decayMult })
  })

  test('combined settings keep every option', () => {
    expect(groupRuleOf([body, half], weight, { combine_rules: true }, false).settings).toEqual({ lr_mult: 0.1, decay_mult: 0.5, eps: 1e-6 })
  })
})
