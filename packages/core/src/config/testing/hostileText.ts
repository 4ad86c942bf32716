import fc from 'fast-check'
import { TesseraError } from '../../errors.js'

interface Edit {
  readonly at: number
  readonly cut: number
  readonly text: string
}

const MARKS = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  "'",
  '"',
  '"""',
  '\n',
  ' ',
  '\t',
  '\\',
  '**',
  '\0',
  '\u2028',
  ':',
  '=',
  '#',
  '\r',
  ',',
  '-',
  '&a',
  '*a',
  '<<',
  '!x',
  '|',
]

/** The text with up to six small places cut out and written over. */
export const changed = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(text.length),
        cut: fc.nat(8),
        text: fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom(...MARKS)),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((edits) => edits.reduce(edit, text))

function edit(text: string, { at, cut, text: added }: Edit): string {
  return text.slice(0, at) + added + text.slice(at + cut)
}

/** Data, or a TesseraError; quickly, and without leaving anything behind. */
export async function isDataOrError(read: () => Promise<unknown>): Promise<void> {
  const start = performance.now()
  try {
    refuseForeign(await read())
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    if (error.message.length > 3000) throw new Error('a message of more than 3000 characters', { cause: error })
  }
  if (performance.now() - start > 5000) throw new Error('took more than five seconds')
  if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) throw new Error('the prototype of all objects was changed')
}

function refuseForeign(value: unknown): void {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return
  if (typeof value !== 'object') throw new Error(`a ${typeof value} came out of a config`)
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) throw new Error('an instance came out of a config')
  for (const child of Object.values(value)) refuseForeign(child)
}
