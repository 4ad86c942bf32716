import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { parseOptions } from './parseOptions.js'

const schema = v.strictObject({
  lr: v.number(),
  betas: v.optional(v.tuple([v.number(), v.number()]), [0.9, 0.999]),
  mode: v.optional(v.picklist(['min', 'max']), 'min'),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'count starts at 1')), 1),
  rules: v.optional(v.strictObject({ decay_mult: v.optional(v.number()) })),
  table: v.optional(v.record(v.string(), v.strictObject({ lr_mult: v.optional(v.number()) }))),
  list: v.optional(v.array(v.strictObject({ begin: v.number() }))),
  constructor: v.optional(v.string()),
})

function parse(options: object, path?: string): unknown {
  return parseOptions(schema, { type: 'AdamW', ...options }, { type: 'AdamW', path })
}

describe('parseOptions', () => {
  test('drops type, _scope_ and undefined, fills defaults in', () => {
    expect(parse({ lr: 1, _scope_: 'x', mode: undefined })).toEqual({ lr: 1, betas: [0.9, 0.999], mode: 'min', count: 1 })
  })

  test('nested objects keep their identity where the schema takes them as they are', () => {
    const inner = { type: 'Inner' }
    const open = v.strictObject({ inner: v.custom<object>(() => true) })
    expect(parseOptions(open, { inner }, { type: 'X' })).toMatchObject({ inner })
    expect((parseOptions(open, { inner }, { type: 'X' }) as { inner: object }).inner).toBe(inner)
  })

  test.each<[string, object, RegExp]>([
    [
      'an unknown option',
      { lr: 1, beta: 1 },
      /^opt\.beta: AdamW has no option 'beta'; expected one of lr, betas, .*\. Did you mean 'betas'\?$/,
    ],
    ['a misspelt option rather than the missing one', { lrr: 1 }, /^opt\.lrr: AdamW has no option 'lrr'.*Did you mean 'lr'\?$/],
    ['a missing option', {}, /^opt\.lr: AdamW needs the option 'lr'$/],
    ['a wrong type', { lr: '1' }, /^opt\.lr: AdamW cannot take this value; got '1', expected number$/],
    ['an unknown choice', { lr: 1, mode: 'mean' }, /^opt\.mode: .*got 'mean', expected \("min" \| "max"\)$/],
    ['a rule with words of its own', { lr: 1, count: 0 }, /^opt\.count: count starts at 1; got 0, expected >=1$/],
    ['a wrong length', { lr: 1, betas: [0.9] }, /^opt\.betas\.1: /],
    ['an unknown key of an object', { lr: 1, rules: { decay_mul: 1 } }, /^opt\.rules\.decay_mul: .*Did you mean 'decay_mult'\?$/],
    ['an unknown key in a record', { lr: 1, table: { '.x': { lr_mul: 1 } } }, /^opt\.table\..x\.lr_mul: .*Did you mean 'lr_mult'\?$/],
    ['an unknown key in a list', { lr: 1, list: [{ begin: 1, bgin: 2 }] }, /^opt\.list\.0\.bgin: .*Did you mean 'begin'\?$/],
    ['a missing key in a list', { lr: 1, list: [{}] }, /^opt\.list\.0\.begin: AdamW needs the option 'begin'$/],
  ])('%s', (_what, options, message) => {
    expect(() => parse(options, 'opt')).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) }),
    )
  })

  test('a class without a schema takes no options', () => {
    expect(parseOptions(undefined, { type: 'X' }, { type: 'X' })).toEqual({})
    expect(() => parseOptions(undefined, { type: 'X', a: 1 }, { type: 'X' })).toThrow(
      "a: X has no option 'a'; expected no options at all. The class declares no `static schema`.",
    )
  })
})
