import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TesseraError } from '../errors.js'
import { parseOverrides } from './parseOverrides.js'

function parse(text: string): unknown {
  return parseOverrides([`k=${text}`])[0]?.value
}

describe('parseOverrides', () => {
  test.each<[string, unknown]>([
    ['1', 1],
    ['-3', -3],
    ['+3', 3],
    ['007', 7],
    ['1_000', 1000],
    ['1e-3', 0.001],
    ['4.', 4],
    ['.5', 0.5],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['nan', Number.NaN],
    ['true', true],
    ['FALSE', false],
    ['None', null],
    ['none', 'none'],
    ['null', 'null'],
    ['0x10', '0x10'],
    ['1.2.3', '1.2.3'],
    ['', ''],
    ['AdamW', 'AdamW'],
    ['"AdamW"', 'AdamW'],
    ["'1'", 1],
    ['a b c', 'abc'],
    ['x=y=z', 'x=y=z'],
    ['1,2', [1, 2]],
    ['1,', [1]],
    ['[1]', [1]],
    ['[]', []],
    ['()', []],
    ['(1)', [1]],
    ['[1, 2.5, a, true, None]', [1, 2.5, 'a', true, null]],
    ['(0.9,0.95)', [0.9, 0.95]],
    ['[(1,2),[3]]', [[1, 2], [3]]],
    [
      '(1,2),(3,4)',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["\"['a','b']\"", ['a', 'b']],
    ['a(b)', 'a(b)'],
    ['/data/a(1', '/data/a(1'],
    ['a]', 'a]'],
    ['[a](b)', '[a](b)'],
    ['[1],[2]', [[1], [2]]],
    ['[[1],[2]]', [[1], [2]]],
    ['/data/x.pth', '/data/x.pth'],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected)
  })

  test.each([['[1,2'], ['1,2]'], ['[(1,2])'], ['a,(b'], ['[1']])('%s: brackets that do not match are an error', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_OVERRIDE', message: expect.stringContaining(`k=${text}: the brackets do not match`) }),
    )
  })

  test.each([['lr'], ['=1'], [' = 1'], ['']])('%j: an entry without a key is an error', (entry) => {
    expect(() => parseOverrides([entry])).toThrow(/an override has no key.*expected key=value/)
  })

  test('an integer that a double cannot hold is an error, not another number', () => {
    expect(() => parse('12345678901234567890')).toThrow(/too large to be exact; got '12345678901234567890'/)
  })

  test('a leading + says that the key is meant to be new', () => {
    expect(parseOverrides(['a.b=1', '+a.c=2'])).toEqual([
      { key: 'a.b', value: 1, isNew: false },
      { key: 'a.c', value: 2, isNew: true },
    ])
  })

  test('nested lists of numbers come back from their text', () => {
    const { list } = fc.letrec<{ list: unknown[]; item: unknown }>((tie) => ({
      list: fc.array(tie('item'), { maxLength: 4 }),
      item: fc.oneof({ maxDepth: 3 }, fc.integer(), tie('list')),
    }))
    fc.assert(fc.property(list, (value) => expect(parse(JSON.stringify(value))).toEqual(value)))
  })

  test('any text is a value or a TesseraError, quickly', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '(', ')', ',', "'", '"', '1', 'a', ' ', '='), maxLength: 40 }), (text) => {
        try {
          parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(TesseraError)
        }
      }),
    )
  })
})
