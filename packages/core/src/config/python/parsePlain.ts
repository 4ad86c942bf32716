import { numberValue, stringValue } from './literals.js'
import type { Argument, DictEntry, Expression, Item, Module, Slice, Span, Statement } from './syntax.js'

/**
 * Parses a file that is written in the plain part of the language: assignments of literals, calls, attributes, items and arithmetic,
 * one to a line. Nearly all recipes are, and a parser of whole Python takes half of the time that loading them takes. Whatever else
 * comes, wrong or merely unusual, is left to that parser, which tells what it is; what is taken here parses to the very same tree.
 * @returns undefined for a text that is not plain
 */
export function parsePlain(text: string): Module | undefined {
  // Each ends a line or a token in its own way.
  if (/[\r\f\v\0]/.test(text)) return undefined
  try {
    return new PlainParser(text).module()
  } catch (error) {
    if (error === UNUSUAL) return undefined
    throw error
  }
}

const UNUSUAL = new Error('not plain')

/** Deeper, or longer chains of operators, are not usual either, and the other parser has limits for them. */
const MAX_NESTING = 30

const TRIVIA = /(?:[ \t]+|#[^\n]*)+/y
const TRIVIA_IN_BRACKETS = /(?:[ \t\n]+|#[^\n]*)+/y
const BLANK_LINES = /(?:[ \t]*(?:#[^\n]*)?\n)*/y
const NAME = /[A-Za-z_]\w*(?![\w'"]|[^\0-\x7f])/y
const NUMBER = /(?:0|[1-9]\d*|\d+\.\d*|\.\d+)(?:(?<=\d)[eE][+-]?\d+)?(?![\w.]|[^\0-\x7f])/y
const STRING = /[rRuU]?(?:'''[^\\]*?'''|"""[^\\]*?"""|'(?!'')(?:\\.|[^'\\\n])*'|"(?!"")(?:\\.|[^"\\\n])*")/y

const WORDS = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
)
/** What may start a statement of its own, and is a name anywhere else. */
const STARTS = /(?:case|exec|match|print|type)\b/y
const CONSTANTS: Readonly<Record<string, boolean | null>> = { __proto__: null, True: true, False: false, None: null }

class PlainParser {
  private at = 0
  /** Where the last token ended. */
  private end = 0
  private nesting = 0
  private readonly comments: Span[] = []

  constructor(private readonly text: string) {}

  module(): Module {
    const body: Statement[] = []
    for (;;) {
      this.skip(BLANK_LINES)
      if (this.at >= this.text.length) break
      // A comment on the last line, or a line that is indented.
      if (this.peek() === '#' || this.peek() === ' ' || this.peek() === '\t') {
        this.skip(TRIVIA)
        if (this.at < this.text.length) throw UNUSUAL
        break
      }
      body.push(this.statement())
    }
    return { body, comments: this.comments }
  }

  private statement(): Statement {
    const from = this.at
    STARTS.lastIndex = from
    if (STARTS.test(this.text)) throw UNUSUAL
    const sides = [this.list(TRIVIA, '')]
    const starts = [from]
    let operator = ''
    while (this.peek() === '=' || this.text.startsWith('+=', this.at)) {
      const isSum = this.peek() === '+'
      if (this.text[this.at + 1] === '=' && !isSum) throw UNUSUAL
      if (operator !== '' && (isSum || operator === '+')) throw UNUSUAL
      operator = isSum ? '+' : '='
      this.at += isSum ? 2 : 1
      this.skip(TRIVIA)
      starts.push(this.at)
      sides.push(this.list(TRIVIA, ''))
    }
    const to = this.end
    if (this.at < this.text.length && this.peek() !== '\n') throw UNUSUAL
    const lists = sides.map(({ items, isList, end }, index): Expression => {
      const first = items[0]?.value
      if (first === undefined) throw UNUSUAL
      const isLast = index === sides.length - 1
      if (isList) return { from: starts[index] ?? from, to: isLast ? to : end, kind: 'tuple', items }
      if (items[0]?.spread === true) throw UNUSUAL
      return first
    })
    const value = lists.pop()
    const [target] = lists
    if (value === undefined) throw UNUSUAL
    if (target === undefined) return { from, to, kind: 'expression', value }
    for (const each of lists) refuseTarget(each)
    if (operator === '+' && (target.kind === 'tuple' || target.kind === 'list')) throw UNUSUAL
    if (operator === '+') return { from, to, kind: 'augment', target, operator, value }
    return { from, to, kind: 'assign', targets: lists, value }
  }

  /** Items with commas between them up to a closing bracket, which is not taken, or up to the end of the line. */
  private list(trivia: RegExp, closing: string): { items: Item[]; isList: boolean; end: number } {
    const items: Item[] = []
    let isList = false
    while (!this.isAtEndOf(closing)) {
      const spread = this.takeStar()
      items.push({ value: this.sum(trivia), spread })
      if (this.peek() !== ',') break
      isList = true
      this.punctuation(trivia)
    }
    return { items, isList, end: this.end }
  }

  private isAtEndOf(closing: string): boolean {
    const next = this.peek()
    return closing === '' ? next === '' || next === '\n' || next === '=' || next === '+' : next === closing
  }

  private takeStar(): boolean {
    if (this.peek() !== '*') return false
    this.at++
    // Neither `**` nor a space, which would belong to another node.
    if (this.peek() === '*' || this.peek() === ' ') throw UNUSUAL
    return true
  }

  private sum(trivia: RegExp): Expression {
    return this.operation(trivia, ADDITIVE, () => this.operation(trivia, MULTIPLICATIVE, () => this.unary(trivia)))
  }

  private operation(trivia: RegExp, operators: ReadonlySet<string>, operand: () => Expression): Expression {
    const from = this.at
    let left = operand()
    for (let count = 0; operators.has(this.peek()); count++) {
      const operator = this.text.startsWith('//', this.at) ? '//' : this.peek()
      const next = this.text[this.at + operator.length]
      // `**`, and what ends in `=`.
      if (next === '=' && operator === '+' && trivia === TRIVIA) break
      if (next === '=' || next === '*' || count > MAX_NESTING) throw UNUSUAL
      this.at += operator.length
      this.skip(trivia)
      const right = operand()
      left = { from, to: this.end, kind: 'binary', operator, left, right }
    }
    return left
  }

  private unary(trivia: RegExp): Expression {
    const sign = this.peek()
    if (sign !== '-' && sign !== '+') return this.primary(trivia)
    const from = this.at
    this.at++
    this.skip(trivia)
    this.enter()
    const operand = this.unary(trivia)
    this.nesting--
    return { from, to: this.end, kind: 'unary', operator: sign, operand }
  }

  private primary(trivia: RegExp): Expression {
    const from = this.at
    let value = this.atom(trivia)
    for (let count = 0; ; count++) {
      const next = this.peek()
      if (next !== '(' && next !== '[' && next !== '.') return value
      if (count > MAX_NESTING) throw UNUSUAL
      if (next === '(') {
        const args = this.bracketed(trivia, ')', () => this.args())
        value = { from, to: this.end, kind: 'call', callee: value, args }
      } else if (next === '[') {
        const index = this.bracketed(trivia, ']', () => this.index())
        value = { from, to: this.end, kind: 'subscript', object: value, index }
      } else {
        this.at++
        const name = this.token(NAME)
        if (name === undefined || WORDS.has(name) || name in CONSTANTS) throw UNUSUAL
        this.skip(trivia)
        value = { from, to: this.end, kind: 'attribute', object: value, name }
      }
    }
  }

  private atom(trivia: RegExp): Expression {
    const from = this.at
    switch (this.peek()) {
      case '(': {
        const { items, isList } = this.bracketed(trivia, ')', () => this.list(TRIVIA_IN_BRACKETS, ')'))
        const [first] = items
        if (isList || first === undefined) return { from, to: this.end, kind: 'tuple', items }
        if (first.spread) throw UNUSUAL
        return first.value
      }
      case '[': {
        const { items } = this.bracketed(trivia, ']', () => this.list(TRIVIA_IN_BRACKETS, ']'))
        return { from, to: this.end, kind: 'list', items }
      }
      case '{': {
        const entries = this.bracketed(trivia, '}', () => this.entries())
        return { from, to: this.end, kind: 'dict', entries }
      }
    }
    return this.word(trivia)
  }

  private word(trivia: RegExp): Expression {
    const from = this.at
    const string = this.token(STRING)
    if (string !== undefined) return this.strings(trivia, from, string)
    const number = this.token(NUMBER)
    if (number !== undefined) {
      this.skip(trivia)
      return { from, to: this.end, kind: 'literal', value: this.valueOf(numberValue, number) }
    }
    const name = this.token(NAME)
    if (name === undefined || WORDS.has(name)) throw UNUSUAL
    this.skip(trivia)
    const constant = CONSTANTS[name]
    if (constant !== undefined) return { from, to: this.end, kind: 'literal', value: constant }
    return { from, to: this.end, kind: 'name', name }
  }

  /** Strings that follow each other are one. */
  private strings(trivia: RegExp, from: number, first: string): Expression {
    let value = this.valueOf(stringValue, first)
    let to = this.end
    this.skip(trivia)
    for (let next = this.token(STRING); next !== undefined; next = this.token(STRING)) {
      value += this.valueOf(stringValue, next)
      to = this.end
      this.skip(trivia)
    }
    return { from, to, kind: 'literal', value }
  }

  /** What cannot be read is left to the other parser, too. */
  private valueOf<T>(read: (token: string) => T, token: string): T {
    try {
      return read(token)
    } catch {
      throw UNUSUAL
    }
  }

  private args(): Argument[] {
    const args: Argument[] = []
    while (this.peek() !== ')') {
      args.push(this.argument())
      if (this.peek() !== ',') break
      this.punctuation(TRIVIA_IN_BRACKETS)
    }
    return args
  }

  private argument(): Argument {
    if (this.text.startsWith('**', this.at)) {
      this.at += 2
      return { value: this.sum(TRIVIA_IN_BRACKETS), name: undefined, spread: '**' }
    }
    if (this.takeStar()) return { value: this.sum(TRIVIA_IN_BRACKETS), name: undefined, spread: '*' }
    const from = this.at
    const value = this.sum(TRIVIA_IN_BRACKETS)
    if (this.peek() !== '=') return { value, name: undefined, spread: '' }
    // Neither `(name)=` nor `a == b`.
    if (value.kind !== 'name' || value.from !== from || value.to !== from + value.name.length || this.text[this.at + 1] === '=')
      throw UNUSUAL
    this.punctuation(TRIVIA_IN_BRACKETS)
    return { value: this.sum(TRIVIA_IN_BRACKETS), name: value.name, spread: '' }
  }

  private entries(): DictEntry[] {
    const entries: DictEntry[] = []
    while (this.peek() !== '}') {
      if (this.text.startsWith('**', this.at)) {
        this.at += 2
        entries.push({ key: undefined, value: this.sum(TRIVIA_IN_BRACKETS) })
      } else {
        const key = this.sum(TRIVIA_IN_BRACKETS)
        if (this.peek() !== ':') throw UNUSUAL
        this.punctuation(TRIVIA_IN_BRACKETS)
        entries.push({ key, value: this.sum(TRIVIA_IN_BRACKETS) })
      }
      if (this.peek() !== ',') break
      this.punctuation(TRIVIA_IN_BRACKETS)
    }
    return entries
  }

  private index(): Expression | Slice {
    const bound = (): Expression | undefined => (this.peek() === ':' || this.peek() === ']' ? undefined : this.sum(TRIVIA_IN_BRACKETS))
    const start = bound()
    if (this.peek() !== ':') {
      if (start === undefined || this.peek() !== ']') throw UNUSUAL
      return start
    }
    this.punctuation(TRIVIA_IN_BRACKETS)
    const stop = bound()
    let step: Expression | undefined
    if (this.peek() === ':') {
      this.punctuation(TRIVIA_IN_BRACKETS)
      step = bound()
    }
    return { kind: 'slice', start, stop, step }
  }

  /** What stands between brackets; the next character is the opening one. */
  private bracketed<T>(trivia: RegExp, closing: string, read: () => T): T {
    this.enter()
    this.punctuation(TRIVIA_IN_BRACKETS)
    const inside = read()
    if (this.peek() !== closing) throw UNUSUAL
    this.punctuation(trivia)
    this.nesting--
    return inside
  }

  private enter(): void {
    this.nesting++
    if (this.nesting > MAX_NESTING) throw UNUSUAL
  }

  private peek(): string {
    return this.text[this.at] ?? ''
  }

  private punctuation(trivia: RegExp): void {
    this.at++
    this.end = this.at
    this.skip(trivia)
  }

  private token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const token = pattern.exec(this.text)?.[0]
    if (token === undefined) return undefined
    this.at += token.length
    this.end = this.at
    return token
  }

  private skip(trivia: RegExp): void {
    const next = this.text.charCodeAt(this.at)
    // Space, tab, line feed, '#'.
    if (next !== 32 && next !== 9 && next !== 10 && next !== 35) return
    trivia.lastIndex = this.at
    const skipped = trivia.exec(this.text)?.[0] ?? ''
    if (skipped.includes('#')) this.noteComments(this.at, skipped)
    this.at += skipped.length
  }

  private noteComments(start: number, skipped: string): void {
    for (let from = skipped.indexOf('#'); from !== -1; ) {
      const end = skipped.indexOf('\n', from)
      const to = end === -1 ? skipped.length : end
      this.comments.push({ from: start + from, to: start + to })
      from = skipped.indexOf('#', to)
    }
  }
}

const ADDITIVE: ReadonlySet<string> = new Set(['+', '-'])
const MULTIPLICATIVE: ReadonlySet<string> = new Set(['*', '/', '%'])

function refuseTarget(target: Expression): void {
  if (target.kind === 'tuple' || target.kind === 'list') for (const { value } of target.items) refuseTarget(value)
  else if (target.kind !== 'name' && target.kind !== 'attribute' && target.kind !== 'subscript') throw UNUSUAL
}
