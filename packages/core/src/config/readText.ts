import { isUtf8 } from 'node:buffer'
import { readFileSync, type Stats } from 'node:fs'
import { TesseraError } from '../errors.js'
import { lineAt } from './parseConfigText.js'

interface KnownText {
  readonly facts: Stats
  readonly text: string
}

/** Texts of bases, which are read again by each of their kin, up to this many characters. */
const MAX_CHARACTERS = 8_000_000
const texts = new Map<string, KnownText>()
let characters = 0

/** A file that was changed so short a time before may change again without its times showing it. */
const SETTLED_MS = 2000

/**
 * The text of a file, which must be UTF-8: a byte that is none would silently become another name.
 * Synchronous: a config is small, and a recipe's five files would wait for the thread pool longer than they take to read.
 * @param facts what the disk says of the file now
 * @param keep remember the text until these change
 * @throws TesseraError CONFIG_SYNTAX
 */
export function readText(file: string, facts: Stats, keep: boolean): string {
  const known = texts.get(file)
  if (known !== undefined && isSame(known.facts, facts)) return known.text
  const now = Date.now()
  const bytes = readFileSync(file)
  if (!isUtf8(bytes)) {
    const text = bytes.toString('utf8')
    throw new TesseraError('CONFIG_SYNTAX', {
      what: 'the config is not valid UTF-8',
      path: `${file}:${lineAt(text, text.indexOf('\uFFFD'))}`,
    })
  }
  const text = bytes.toString('utf8')
  if (keep && now - Math.max(facts.mtimeMs, facts.ctimeMs) > SETTLED_MS) remember(file, { facts, text })
  return text
}

function isSame(a: Stats, b: Stats): boolean {
  return a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino && a.dev === b.dev
}

function remember(file: string, known: KnownText): void {
  if (characters > MAX_CHARACTERS) {
    texts.clear()
    characters = 0
  }
  texts.set(file, known)
  characters += known.text.length
}
