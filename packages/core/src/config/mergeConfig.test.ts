import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TesseraError } from '../errors.js'
import { mergeConfig } from './mergeConfig.js'
import type { ConfigDict } from './plainObject.js'

describe('mergeConfig', () => {
  test.each<[string, ConfigDict, ConfigDict, ConfigDict]>([
    ['keys of both', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['the child wins', { a: 1 }, { a: 2 }, { a: 2 }],
    ['sections merge at any depth', { a: { b: { c: 1, d: 2 } } }, { a: { b: { d: 3 } } }, { a: { b: { c: 1, d: 3 } } }],
    ['lists are replaced whole', { a: [{ x: 1 }, { y: 2 }] }, { a: [{ z: 3 }] }, { a: [{ z: 3 }] }],
    ['a value replaces a section', { a: { b: 1 } }, { a: null }, { a: null }],
    ['undefined is not given', { a: 1, b: undefined }, { a: undefined }, { a: 1 }],
    ['_delete_ drops the base first', { a: { type: 'X', x: 1 } }, { a: { _delete_: true, type: 'Y' } }, { a: { type: 'Y' } }],
    ['_delete_: false merges', { a: { x: 1 } }, { a: { _delete_: false, y: 2 } }, { a: { x: 1, y: 2 } }],
    ['_delete_ without a base does not leak', {}, { a: { _delete_: true, b: { _delete_: true, c: 1 } } }, { a: { b: { c: 1 } } }],
    ['_delete_ in a list item does not leak', {}, { a: [{ _delete_: true, b: 1 }] }, { a: [{ b: 1 }] }],
    ['_delete_ over something that is no section', { a: [1] }, { a: { _delete_: true, b: 1 } }, { a: { b: 1 } }],
    ['_delete_ at the top', { a: 1 }, { _delete_: true, b: 1 }, { b: 1 }],
    [
      "'constructor' is a key like any other",
      { o: { constructor: 'A', x: 1 } },
      { o: { constructor: 'B' } },
      { o: { constructor: 'B', x: 1 } },
    ],
    ["an inherited 'constructor' is no base", { o: {} }, { o: { constructor: { type: 'A' } } }, { o: { constructor: { type: 'A' } } }],
  ])('%s', (_name, base, child, expected) => {
    const merged = mergeConfig(base, child)
    expect(merged).toEqual(expected)
    expect(JSON.stringify(merged)).toBe(JSON.stringify(expected))
  })

  test.each<[string, ConfigDict, ConfigDict, RegExp]>([
    ['section over a list', { a: { b: [1, 2] } }, { a: { b: { c: 1 } } }, /^a\.b: .*list of 2.*_delete_: true/],
    ['section over null', { a: null }, { a: { c: 1 } }, /^a: .*the base's null.*_delete_/],
    ['section over a number', { a: 3 }, { a: { c: 1 } }, /^a: .*the base's number/],
    ['a marker that is no switch', { a: {} }, { a: { _delete_: 'yes' } }, /^a\._delete_: .*got 'yes', expected true or false/],
  ])('%s is an error', (_name, base, child, message) => {
    expect(() => mergeConfig(base, child)).toThrow(
      expect.objectContaining({ code: 'CONFIG_MERGE', message: expect.stringMatching(message) }),
    )
  })

  test('the key __proto__ is refused wherever it stands', () => {
    const hostile = JSON.parse('{"a": [{"__proto__": {"polluted": true}}]}') as ConfigDict
    for (const merge of [() => mergeConfig({}, hostile), () => mergeConfig(hostile, {})]) {
      expect(merge).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG', message: expect.stringContaining('a[0].__proto__') }))
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test("'constructor' and 'prototype' (a real recipe's key) reach no prototype", () => {
    const child = { constructor: { prototype: { polluted: true } }, prototype: 'x' }
    expect(mergeConfig({ a: {} }, { a: child })).toEqual({ a: child })
    expect('polluted' in {}).toBe(false)
  })

  test('an object that contains itself, and nesting beyond reason, are errors', () => {
    const cyclic: ConfigDict = { a: {} }
    cyclic['a'] = { back: cyclic }
    expect(() => mergeConfig({}, { x: cyclic })).toThrow(/x\.a\.back: an object contains itself/)
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as ConfigDict
    expect(() => mergeConfig({}, { deep })).toThrow(TesseraError)
  })

  test('classes, functions and instances are kept as they are', () => {
    class Custom {}
    const given = { type: Custom, when: new Date(0), call: () => 1 }
    const merged = mergeConfig({}, { part: given })['part'] as typeof given
    expect([merged.type, merged.when, merged.call]).toEqual([given.type, given.when, given.call])
    expect(merged.when).toBe(given.when)
  })
})

describe('mergeConfig, for any configs', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'constructor', 'type', 'toString')
  const config = fc.letrec<{ value: unknown; section: ConfigDict }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.string(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('section'),
    ),
    section: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  })).section

  test('the child alone, or the base alone, stays what it is', () => {
    fc.assert(
      fc.property(config, (a) => {
        expect(mergeConfig(a, {})).toEqual(a)
        expect(mergeConfig({}, a)).toEqual(a)
        expect(mergeConfig(a, a)).toEqual(a)
      }),
    )
  })

  test('inputs are not changed, even when merging fails', () => {
    fc.assert(
      fc.property(config, config, (a, b) => {
        const before = JSON.stringify([a, b])
        try {
          mergeConfig(a, b)
        } catch (error) {
          expect(error).toBeInstanceOf(TesseraError)
        }
        expect(JSON.stringify([a, b])).toBe(before)
      }),
    )
  })

  test('merging the same child twice changes nothing more, and every key of the child is there', () => {
    fc.assert(
      fc.property(config, config, (a, b) => {
        let once: ConfigDict
        try {
          once = mergeConfig(a, b)
        } catch {
          return
        }
        expect(mergeConfig(once, b)).toEqual(once)
        for (const name of Object.keys(b)) expect(Object.hasOwn(once, name)).toBe(true)
        expect(Object.keys(once).length).toBe(new Set([...Object.keys(a), ...Object.keys(b)]).size)
      }),
    )
  })
})
