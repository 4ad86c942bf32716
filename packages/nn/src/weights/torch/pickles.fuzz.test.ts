import { expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { goldenBytes } from '../../testing/goldenFile.js'
import { Dice, mutateOnce } from '../../testing/mutate.js'
import { dict, int, pickle, raw, reduce, storage, tensor, text, torchZip } from '../../testing/pickleText.js'
import { zipBytes } from '../../testing/zipBytes.js'
import { bytesSource } from '../byteSource.js'
import { toFloat32 } from '../dtype.js'
import { openSource } from '../openWeights.js'
import { PickleError } from '../pickle/pickleError.js'
import { unpickle } from '../pickle/unpickle.js'
import { storageOf, TORCH_GLOBALS } from './torchGlobals.js'
import { readZipDirectory } from './zipDirectory.js'

// `npm run test:fuzz` makes 20,000 of each; `npm test` a part.
const rounds = process.env['TESSERA_FUZZ'] === undefined ? 500 : 20_000

const small = dict(
  ['state_dict', dict(['w', tensor()], ['v', tensor({ stride: [1, 2] })])],
  ['meta', dict(['iter', int(2)], ['args', reduce('argparse', 'Namespace')])],
)
const golden = goldenBytes('tiny_vit_iter_2.pth')
const bases: Readonly<Record<string, Uint8Array>> = {
  'a small zip': torchZip(small),
  'a small zip with a quantized tensor': torchZip(
    dict(['w', tensor()], ['q', reduce('torch._utils', '_rebuild_qtensor', storage())], ['t', text('x')]),
  ),
  'a real zip': golden,
  'a real legacy file': goldenBytes('tiny_vit_iter_2_legacy.pth'),
}

test.each(Object.entries(bases))('%s, changed anywhere, is read or refused', (name, base) => {
  // What is large is changed where it is understood: at its start (legacy) or end (the directory of a zip).
  const spans: readonly (readonly [number, number])[] =
    base.length < 5000
      ? [[0, base.length]]
      : name.includes('legacy')
        ? [[0, 30_000]]
        : [
            [0, 4000],
            [base.length - 12_000, base.length],
          ]
  let refused = 0
  for (let index = 0; index < rounds; index++) {
    const dice = new Dice(index + 1)
    let bytes = base
    for (let changes = 1 + dice.roll(3); changes > 0; changes--) bytes = mutateOnce(bytes, dice, ...dice.pick(spans))
    if (isRefused(bytes, base.length < 5000)) refused++
  }
  expect(refused).toBeGreaterThan(rounds / 4)
  expect(Reflect.ownKeys({}.constructor.prototype).length).toBe(PROTOTYPE_KEYS)
})

const PROTOTYPE_KEYS = Reflect.ownKeys(Object.prototype).length

/** Whether it was refused in the one way that is allowed. */
function isRefused(bytes: Uint8Array, readAll: boolean): boolean {
  try {
    const file = openSource(bytesSource(bytes, 'x.pth'))
    if (readAll) for (const name of file.entries.keys()) toFloat32(file.read(name))
    return false
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    expect(error.message).toMatch(/^x\.pth/)
    return true
  }
}

// The zip's checksum refuses nearly every change of its pickle: so the pickle is changed alone, too.
test('a real pickle, changed anywhere, is read or refused', () => {
  const entry = readZipDirectory(bytesSource(golden, 'x')).find(({ name }) => name.endsWith('/data.pkl'))
  const base = golden.subarray(entry?.start, (entry?.start ?? 0) + (entry?.size ?? 0))
  expect(base.length).toBeGreaterThan(10_000)
  let read = 0
  for (let index = 0; index < rounds; index++) {
    const dice = new Dice(index + 1)
    let bytes: Uint8Array = base
    for (let changes = 1 + dice.roll(3); changes > 0; changes--) bytes = mutateOnce(bytes, dice)
    try {
      unpickle(bytes, 0, { known: TORCH_GLOBALS, persistent: storageOf })
      read++
    } catch (error) {
      if (!(error instanceof PickleError)) throw error
    }
  }
  expect(read).toBeGreaterThan(rounds / 20)
})

test('the small pickle under a checksum that is right', () => {
  const base = raw(pickle(small))
  let refused = 0
  for (let index = 0; index < rounds * 4; index++) {
    const dice = new Dice(index + 1)
    const bytes = mutateOnce(mutateOnce(base, dice), dice)
    const file = zipBytes([
      { name: 'archive/data.pkl', bytes },
      { name: 'archive/data/0', bytes: new Uint8Array(16) },
    ])
    if (isRefused(file, true)) refused++
  }
  expect(refused).toBeGreaterThan(rounds)
  expect(refused).toBeLessThan(rounds * 4)
})
