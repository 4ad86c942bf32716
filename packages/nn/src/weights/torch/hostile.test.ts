import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { HOSTILE_PICKLES, type HostileSample } from '../../testing/hostilePickles.js'
import { HOSTILE_ZIPS } from '../../testing/hostileZips.js'
import { bytesSource } from '../byteSource.js'
import { toFloat32 } from '../dtype.js'
import { openSource } from '../openWeights.js'

const groups: [string, readonly HostileSample[]][] = [...Object.entries(HOSTILE_PICKLES), ['zips', HOSTILE_ZIPS]]

describe.each(groups)('hostile %s', (_, samples) => {
  test.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s',
    (__, { bytes, inert, message }) => {
      const read = () => {
        const file = openSource(bytesSource(bytes, 'x.pth'))
        return Object.fromEntries([...file.entries.keys()].map((name) => [name, Array.from(toFloat32(file.read(name)))]))
      }
      if (inert) expect(read()).toEqual({ w: [1, 2, 3, 4] })
      else {
        const error = errorOf(read)
        expect(error).toBeInstanceOf(TesseraError)
        expect(String(error)).toMatch(message ?? /./)
        expect(String(error)).toMatch(/^TesseraError: x\.pth: /)
      }
      expect(Reflect.ownKeys(Object.prototype)).not.toContain('polluted')
    },
    10_000,
  )
})

test('what a file wanted to run is listed', () => {
  const sample = HOSTILE_PICKLES['globals']?.find(({ name }) => name === 'os.system')
  expect(openSource(bytesSource(sample?.bytes ?? new Uint8Array(), 'x.pth')).globals).toEqual(['os.system'])
})

function errorOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
