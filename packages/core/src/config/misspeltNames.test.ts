import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { editDistance } from '../registry/suggest.js'
import { misspeltNames } from './misspeltNames.js'

test.each<[string, string[], string[]]>([
  ['optim_wraper', ['optim_wrapper', 'model'], ['optim_wrapper']],
  ['lrr', ['lr', 'weight_decay'], ['lr']],
  ['mdoel', ['model'], ['model']],
  ['test_pipeline', ['tta_pipeline'], []],
  ['bias_decay_mult', ['norm_decay_mult'], []],
  ['beta2', ['beta1'], []],
  ['c', ['b', 'bc'], []],
  ['max_lr', ['lr'], []],
  ['model', ['model'], []],
  ['layer_decay_rtae', ['layer_decay_rates', 'layer_decay_rate'], ['layer_decay_rate', 'layer_decay_rates']],
])('%s among %j', (key, known, expected) => {
  expect(misspeltNames(key, known)).toEqual(expected)
})

test('no name within reach is ruled out by its letters', () => {
  const edit = fc.record({ at: fc.nat(12), drop: fc.nat(1), put: fc.stringMatching(/^[a-f_]?$/), swap: fc.boolean() })
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z_]{3,12}$/), fc.array(edit, { maxLength: 3 }), (key, edits) => {
      const name = edits.reduce((text, { at, drop, put, swap }) => {
        const [before, after] = [text.slice(0, at), text.slice(at + drop)]
        return before + put + (swap ? [...after.slice(0, 2)].reverse().join('') : after.slice(0, 2)) + after.slice(2)
      }, key)
      const isNear = name !== key && name.length > 1 && editDistance(key, name) <= (key.length < 8 ? 1 : 2)
      expect(misspeltNames(key, [name])).toEqual(isNear ? [name] : [])
    }),
    { numRuns: 500 },
  )
})
