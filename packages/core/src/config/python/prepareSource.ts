import { bareForm, PLACEHOLDER } from '../placeholders.js'
import { Fault } from './fault.js'
import type { Replacement, Source } from './source.js'
import { errorAt } from './source.js'

/** MMPreTrain's longest config has 12,000 characters. */
const MAX_LENGTH = 1_000_000

/**
 * The text as it can be parsed: line ends made one, and a variable's placeholder that stands bare (`{{$GPUS:8}}`) given the quotes without
 * which it is not Python.
 * @throws TesseraError for a text that is too long, or holds a null character
 */
export function prepareSource(written: string, file: string): Source {
  const original = written.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const plain: Source = { file, original, text: original, replacements: [] }
  if (original.length > MAX_LENGTH) {
    throw errorAt({ ...plain, original: '', text: '' }, { from: 0, to: 1 }, tooLong(original.length))
  }
  const zero = original.indexOf('\0')
  if (zero !== -1) throw errorAt(plain, { from: zero, to: zero + 1 }, new Fault('a null character'))
  return original.includes('{{') && original.includes('$') ? withQuotedVariables(plain) : plain
}

function tooLong(length: number): Fault {
  return new Fault(`the file has ${length} characters, and a config at most ${MAX_LENGTH}`, { code: 'INVALID_CONFIG' })
}

const TOKEN =
  /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#[^\n]*|(?<bare>\{\{\s*\$\w+\s*(?::\s*[^\s{]*?)?\s*\}\})/g

function withQuotedVariables(source: Source): Source {
  const replacements: Replacement[] = []
  let text = ''
  let copied = 0
  for (const match of source.original.matchAll(TOKEN)) {
    const bare = match.groups?.['bare']
    if (bare === undefined || !new RegExp(PLACEHOLDER.source).test(bare)) continue
    text += source.original.slice(copied, match.index)
    const newFrom = text.length
    text += bareForm(bare)
    copied = match.index + bare.length
    replacements.push({ newFrom, newTo: text.length, from: match.index, to: copied })
  }
  return { ...source, text: text + source.original.slice(copied), replacements }
}
