import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { parseOverrides } from './parseOverrides.js'

/** What MMEngine made of 650 texts with brackets that match, and 100 that it refused. */
interface Golden {
  values: [text: string, value: unknown][]
  unbalanced: string[]
}

const file = fileURLToPath(new URL('../../test-data/cfgOptions.json.gz', import.meta.url))
const golden: Golden = JSON.parse(gunzipSync(readFileSync(file)).toString())

describe("values are MMEngine's", () => {
  test.each(golden.values)('%j', (text, expected) => {
    expect(asPythonPrints(parseOverrides([`k=${text}`])[0]?.value)).toEqual(expected)
  })
})

describe('what MMEngine refuses is refused', () => {
  test.each(golden.unbalanced)('%j', (text) => {
    expect(() => parseOverrides([`k=${text}`])).toThrow(expect.objectContaining({ code: 'INVALID_OVERRIDE' }))
  })
})

/** The recorded JSON cannot hold these numbers. */
function asPythonPrints(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asPythonPrints)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value).toLowerCase().replace('infinity', 'inf') : value
}
