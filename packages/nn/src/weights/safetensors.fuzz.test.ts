import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { goldenBytes } from '../testing/goldenFile.js'
import { mutatedSafetensors } from '../testing/mutatedSafetensors.js'
import { bytesSource } from './byteSource.js'
import { parseHeader } from './safetensorsHeader.js'

// `npm run test:fuzz` goes through all; `npm test` through a part.
const isWhole = process.env['TESSERA_FUZZ'] !== undefined
const recorded: { sha256: string; verdicts: string } = JSON.parse(new TextDecoder().decode(goldenBytes('safetensors_verdicts.json')))
const rounds = isWhole ? recorded.verdicts.length : 10_000

describe(`${rounds} mutated safetensors files`, () => {
  test('ours and the reference reader accept the same, but for names that stand twice', () => {
    const differences: string[] = []
    let repeated = 0
    let accepted = 0
    for (let index = 0; index < rounds; index++) {
      const expected = recorded.verdicts[index] === '1'
      const answer = verdict(mutatedSafetensors(index))
      if (answer === 'stands twice' && expected) repeated++
      else if ((answer === undefined) !== expected) differences.push(`#${index}: ${answer ?? 'accepted'}`)
      if (answer === undefined) accepted++
    }
    expect(differences).toEqual([])
    expect(accepted).toBeGreaterThan(rounds / 20)
    expect(repeated).toBeLessThan(rounds / 50)
  })

  if (isWhole) {
    test('the files are those that the verdicts were given for', () => {
      const hash = createHash('sha256')
      for (let index = 0; index < rounds; index++) hash.update(mutatedSafetensors(index))
      expect(hash.digest('hex')).toBe(recorded.sha256)
    })
  }
})

/** Undefined: accepted. */
function verdict(file: Uint8Array): string | undefined {
  try {
    parseHeader(bytesSource(file, 'x'))
    return undefined
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    return error.message.includes('stands twice') ? 'stands twice' : error.message
  }
}
