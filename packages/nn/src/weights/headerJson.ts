/** JSON with whole numbers kept apart from others, and objects with every pair that they have, repeated ones too. */
export type HeaderJson = null | boolean | string | number | bigint | HeaderJson[] | HeaderObject

export class HeaderObject {
  constructor(readonly pairs: readonly (readonly [string, HeaderJson])[]) {}
}

/** What is wrong with the text. */
export class JsonError extends Error {}

/** Containers in containers, as in the reference reader. */
const MAX_DEPTH = 127
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
// Of a text that was UTF-8, only an escape can be half a character.
const HALF_CHARACTER = /[\ud800-\udfff]/u

/**
 * Parses the header of a safetensors file exactly as strictly as the reference reader: `JSON.parse` would take `1.0` for a size, half a
 * character for a name, and the last of two equal names in silence.
 * @throws JsonError
 */
export function parseHeaderJson(text: string): HeaderJson {
  const parser = new Parser(text)
  const value = parser.value(0)
  parser.end()
  return value
}

class Parser {
  private at = 0

  constructor(private readonly text: string) {}

  value(depth: number): HeaderJson {
    this.space()
    const char = this.text[this.at]
    if (char === '{' || char === '[') {
      if (depth >= MAX_DEPTH) throw new JsonError('it nests too deep')
      this.at++
      return char === '{' ? this.object(depth + 1) : this.array(depth + 1)
    }
    if (char === '"') return this.string()
    if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return this.number()
    return this.word()
  }

  end(): void {
    this.space()
    if (this.at < this.text.length) throw new JsonError('something stands behind it')
  }

  private object(depth: number): HeaderObject {
    const pairs: [string, HeaderJson][] = []
    if (this.closes('}')) return new HeaderObject(pairs)
    for (;;) {
      this.space()
      const key = this.string()
      this.space()
      this.expect(':')
      pairs.push([key, this.value(depth)])
      if (this.closes('}')) return new HeaderObject(pairs)
      this.expect(',')
    }
  }

  private array(depth: number): HeaderJson[] {
    const items: HeaderJson[] = []
    if (this.closes(']')) return items
    for (;;) {
      items.push(this.value(depth))
      if (this.closes(']')) return items
      this.expect(',')
    }
  }

  private string(): string {
    const raw = this.match(STRING)
    if (raw === undefined || hasControl(raw)) throw new JsonError('a string is expected')
    const value: string = raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1)
    if (HALF_CHARACTER.test(value)) throw new JsonError('half a character')
    return value
  }

  private number(): number | bigint {
    const raw = this.match(NUMBER)
    if (raw === undefined) throw new JsonError('a number is expected')
    const value = Number(raw)
    if (!Number.isFinite(value)) throw new JsonError('a number out of range')
    return /^(0|-?[1-9]\d*)$/.test(raw) ? BigInt(raw) : value
  }

  private word(): null | boolean {
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue
      this.at += word.length
      return value
    }
    throw new JsonError('a value is expected')
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  private closes(bracket: string): boolean {
    this.space()
    if (this.text[this.at] !== bracket) return false
    this.at++
    return true
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) throw new JsonError(`'${char}' is expected`)
    this.at++
  }

  private space(): void {
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    }
  }
}

const WORDS = [
  ['null', null],
  ['true', true],
  ['false', false],
] as const

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true
  return false
}
