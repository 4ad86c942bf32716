import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { summarizeConfigs, summaryText } from './configSummary.js'

const unknown = (got: string, path: string) => new TesseraError('UNKNOWN_TYPE', { what: 'no model', path, got })
const option = (path: string) => new TesseraError('INVALID_OPTIONS', { what: "X has no option 'a'", path })
const refused = new TesseraError('CONFIG_NOT_FOUND', { what: 'there is no such base', path: 'e.py', frame: 'x\n^' })

const CHECKED = [
  { file: 'a.py', problems: [] },
  { file: 'b.py', problems: [unknown('Net', 'model.type'), unknown('Net', 'teacher.type')] },
  { file: 'c.py', problems: [unknown('Net', 'model.type'), option('model.a')] },
  { file: 'd.py', problems: [option('head.a'), option('neck.a')] },
  { file: 'e.py', problems: [], refused },
]

describe('summarizeConfigs', () => {
  test('counts configs, not places, and those that want nothing else', () => {
    expect(summarizeConfigs(CHECKED)).toEqual({
      configs: 5,
      passed: ['a.py'],
      refused: [{ file: 'e.py', message: 'e.py: there is no such base\nx\n^' }],
      missing: [{ what: 'Net', files: ['b.py', 'c.py'], alone: 1 }],
      options: [{ what: "X has no option 'a'", files: ['c.py', 'd.py'], alone: 1 }],
    })
  })

  test('what most configs want comes first', () => {
    const wanted = summarizeConfigs([{ file: 'a', problems: ['B', 'A', 'C'].map((type) => unknown(type, type)) }, ...CHECKED]).missing
    expect(wanted.map(({ what }) => what)).toEqual(['Net', 'A', 'B', 'C'])
  })
})

describe('summaryText', () => {
  test('a line for each thing', () => {
    expect(summaryText(summarizeConfigs(CHECKED))).toBe(
      [
        '1 of 5 configs: every component is known, every option fits',
        '',
        'Do not load (1):',
        '  e.py',
        '    e.py: there is no such base',
        '',
        'Not registered here, by how many configs want it (1):',
        '    2  Net  (1 want nothing else)  b.py',
        '',
        'Options that do not fit, by how many configs have them (1):',
        "    2  X has no option 'a'  (1 want nothing else)  c.py",
        '',
      ].join('\n'),
    )
  })

  test('nothing wrong is one line', () => {
    expect(summaryText(summarizeConfigs(CHECKED.slice(0, 1)))).toBe('1 of 1 configs: every component is known, every option fits\n')
  })
})
