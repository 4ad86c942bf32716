import { describe, expect, test } from '@jest/globals'
import { applyOverrides } from './applyOverrides.js'
import { parseOverrides } from './parseOverrides.js'

const CONFIG = {
  optim_wrapper: {
    type: 'OptimWrapper',
    optimizer: { type: 'AdamW', lr: 0.004, weight_decay: 0.05, betas: [0.9, 0.999] },
    constructor: 'A',
    paramwise_cfg: { layer_decay_rate: 0.75, norm_decay_mult: 0, custom_keys: { '.cls_token': { decay_mult: 0 } } },
  },
  param_scheduler: [{ type: 'LinearLR', end: 5 }, { type: 'CosineAnnealingLR' }],
  train_dataloader: { batch_size: 64 },
  val_cfg: null,
  base_lr: 1,
}

function apply(...entries: string[]): Record<string, unknown> {
  return applyOverrides(CONFIG, parseOverrides(entries))
}

describe('applyOverrides', () => {
  test.each<[string[], object]>([
    [['optim_wrapper.optimizer.lr=1e-3'], { optim_wrapper: { optimizer: { lr: 0.001, weight_decay: 0.05 } } }],
    [['optim_wrapper.optimizer.betas=[0.9,0.95]'], { optim_wrapper: { optimizer: { betas: [0.9, 0.95] } } }],
    [['optim_wrapper.optimizer.betas.1=0.5'], { optim_wrapper: { optimizer: { betas: [0.9, 0.5] } } }],
    [['param_scheduler.0.end=7'], { param_scheduler: [{ type: 'LinearLR', end: 7 }, { type: 'CosineAnnealingLR' }] }],
    [['optim_wrapper.constructor=B'], { optim_wrapper: { constructor: 'B' } }],
    [
      ['optim_wrapper.paramwise_cfg.custom_keys..cls_token.decay_mult=1'],
      { optim_wrapper: { paramwise_cfg: { custom_keys: { '.cls_token': { decay_mult: 1 } } } } },
    ],
    [['work_dir=/tmp/x', 'work_dir=/tmp/y'], { work_dir: '/tmp/y' }],
    [['val_cfg={}'], { val_cfg: '{}' }],
    [['new_section.a.b=1', 'new_section.a.c=2'], { new_section: { a: { b: 1, c: 2 } } }],
    // Known top-level keys and keys used elsewhere in the config are no slips, however close a sibling is.
    [['test_dataloader.batch_size=8'], { test_dataloader: { batch_size: 8 } }],
    [['optim_wrapper.optimizer.end=3'], { optim_wrapper: { optimizer: { end: 3 } } }],
    [['optim_wrapper.paramwise_cfg.bias_decay_mult=0'], { optim_wrapper: { paramwise_cfg: { bias_decay_mult: 0 } } }],
    [['+optim_wrapper.optimizer.weight_decoy=1'], { optim_wrapper: { optimizer: { weight_decoy: 1, weight_decay: 0.05 } } }],
  ])('%j', (entries, expected) => {
    expect(apply(...entries)).toMatchObject(expected)
  })

  test('everything else stays, and so does the input', () => {
    const before = JSON.stringify(CONFIG)
    const { optim_wrapper: changed, ...rest } = apply('optim_wrapper.optimizer.lr=1')
    const { optim_wrapper: original, ...others } = CONFIG
    expect(rest).toEqual(others)
    expect(changed).toEqual({ ...original, optimizer: { ...original.optimizer, lr: 1 } })
    expect(JSON.stringify(CONFIG)).toBe(before)
  })

  test('a record of dotted keys: a section merges, _delete_ replaces', () => {
    const result = applyOverrides(CONFIG, {
      'optim_wrapper.optimizer': { lr: 1 },
      train_dataloader: { _delete_: true, num_workers: 2 },
    })
    expect(result).toMatchObject({ optim_wrapper: { optimizer: { type: 'AdamW', lr: 1 } } })
    expect(result['train_dataloader']).toEqual({ num_workers: 2 })
  })

  test.each([
    [
      'optim_wrapper.optimizer.lrr=1',
      /^optim_wrapper\.optimizer\.lrr: the config has no key 'lrr' here\. Did you mean 'lr'\? .*'\+optim_wrapper\.optimizer\.lrr=…'/,
    ],
    ['optim_wrapper.paramwise_cfg.layer_decay_rat=1', /Did you mean 'layer_decay_rate'/],
    ['optim_wraper.optimizer.lr=1', /no key 'optim_wraper' here. Did you mean 'optim_wrapper'/],
    ['base_rl=2', /Did you mean 'base_lr'/],
    ['param_scheduler.2.end=1', /'param_scheduler' is a list of 2; got '2', expected an index from 0 to 1/],
    ['param_scheduler.end=1', /'param_scheduler' is a list of 2; got 'end'/],
    ['param_scheduler.-1.end=1', /expected an index from 0 to 1/],
    ['train_dataloader.batch_size.x=1', /'train_dataloader.batch_size' has no keys; got 64/],
    ['val_cfg.fp16=true', /'val_cfg' has no keys; got null, expected a section or a list/],
    ['optim_wrapper..lr=1', /an empty key/],
    ['a.__proto__.b=1', /the key '__proto__' is not allowed/],
  ])('%s is an error', (entry, message) => {
    expect(() => apply(entry)).toThrow(message)
  })

  test('nothing reaches a prototype', () => {
    for (const entry of ['a.__proto__.polluted=1', '__proto__.polluted=1']) {
      expect(() => apply(entry)).toThrow(/'__proto__' is not allowed/)
    }
    expect(apply('a.constructor.prototype.polluted=1')['a']).toEqual({ constructor: { prototype: { polluted: 1 } } })
    expect('polluted' in {}).toBe(false)
    expect('polluted' in Object).toBe(false)
  })
})
