import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { configReport } from './configReport.js'

const unknown = (got: string, path: string, nearest: string[] = []) =>
  new TesseraError('UNKNOWN_TYPE', { what: 'no model', path, got, nearest })
const option = new TesseraError('INVALID_OPTIONS', { what: "X has no option 'a'", path: 'model.a' })

describe('configReport', () => {
  test('nothing wrong', () => {
    expect(configReport('a.ts', [], false)).toBe('a.ts: every component is known, every option fits\n')
    expect(JSON.parse(configReport('a.ts', [], true))).toEqual({ file: 'a.ts', missing: [], errors: [] })
  })

  test('one problem', () => {
    expect(configReport('a.ts', [option], false)).toBe("a.ts: 1 problem\nINVALID_OPTIONS  model.a: X has no option 'a'\n")
  })

  test('an unknown component once, with three of its places and its nearest name', () => {
    const problems = ['p', 'q', 'r', 's', 't'].map((path) => unknown('Long', path)).concat(unknown('B', 'u', ['A', 'C']))
    expect(configReport('a.ts', problems, false)).toBe(
      'a.ts: 6 problems\nNot registered here (2):\n  Long  p, q, r, and 2 more\n  B     u  (nearest: A, C)\n',
    )
  })

  test('as JSON', () => {
    expect(JSON.parse(configReport('a.ts', [unknown('B', 'u', ['A']), option], true))).toEqual({
      file: 'a.ts',
      missing: [{ type: 'B', nearest: ['A'], paths: ['u'] }],
      errors: [{ code: 'INVALID_OPTIONS', path: 'model.a', message: "model.a: X has no option 'a'" }],
    })
  })
})
