import { describe, expect, test } from '@jest/globals'
import { ERROR_CODES, type ErrorDetails, show, TesseraError } from './errors.js'

describe('TesseraError', () => {
  test.each<[ErrorDetails, string]>([
    [{ what: 'no such thing' }, 'no such thing'],
    [{ what: 'no such thing', path: 'a.b' }, 'a.b: no such thing'],
    [{ what: 'no such thing', path: '' }, 'no such thing'],
    [{ what: 'no such thing', got: 3, expected: 'a string' }, 'no such thing; got 3, expected a string'],
    [{ what: 'no such thing', got: undefined }, 'no such thing; got undefined'],
    [{ what: 'no such thing', expected: [1, 2] }, 'no such thing; expected [1,2]'],
    [{ what: 'no such thing', nearest: ['a', 'b'] }, "no such thing. Did you mean 'a' or 'b'?"],
    [{ what: 'no such thing', nearest: [], hint: 'Try again.' }, 'no such thing. Try again.'],
    [{ what: 'no such thing', nearest: ['a'], hint: 'Try again.' }, "no such thing. Did you mean 'a'? Try again."],
    [
      { what: 'no such arch', path: 'model.arch', got: 'bb', expected: 'one of b, l', nearest: ['b'], hint: 'See the docs.' },
      "model.arch: no such arch; got 'bb', expected one of b, l. Did you mean 'b'? See the docs.",
    ],
  ])('%j', (details, message) => {
    const error = new TesseraError('INVALID_CONFIG', details)
    expect([error.message, error.code, error.name]).toEqual([message, 'INVALID_CONFIG', 'TesseraError'])
    expect(error).toBeInstanceOf(Error)
  })

  test('keeps its cause', () => {
    const cause = new Error('below')
    expect(new TesseraError('CONFIG_SYNTAX', { what: 'x', cause }).cause).toBe(cause)
    expect('cause' in new TesseraError('CONFIG_SYNTAX', { what: 'x' })).toBe(false)
  })

  test('every code says what it means', () => {
    for (const meaning of Object.values(ERROR_CODES)) expect(meaning.length).toBeGreaterThan(10)
  })
})

describe('show', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  test.each<[unknown, string]>([
    ['a', "'a'"],
    ['a\nb\u001b[31m\u2028', "'a\\nb\\u001b[31m\\u2028'"],
    [1.5, '1.5'],
    [null, 'null'],
    [undefined, 'undefined'],
    [10n, '10'],
    [Symbol('s'), 'Symbol(s)'],
    [{ a: [1] }, '{"a":[1]}'],
    [cyclic, '[object Object]'],
    [{ a: 10n }, '[object Object]'],
    [class Net {}, 'the function Net'],
    [() => 1, 'a function'],
  ])('%p', (value, text) => {
    expect(show(value)).toBe(text)
  })

  test('cuts what is long', () => {
    expect(show('x'.repeat(500))).toHaveLength(120)
    expect(show('x'.repeat(500), 10)).toBe("'xxxxxxxx…")
  })
})
