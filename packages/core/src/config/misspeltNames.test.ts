import { expect, test } from '@jest/globals'
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
