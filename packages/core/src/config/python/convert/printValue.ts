import { type ConfigDict, isPlainObject } from '../../plainObject.js'
import { isTuple } from '../../tuple.js'
import type { Expression, Span } from '../syntax.js'
import type { Comments } from './comments.js'

/** Where a printed line should end at the latest; the house's formatter wraps at 140. */
const WIDTH = 120

/** What may stand for a value instead of its literal: a constant that was declared above. */
export type Reference = (name: string, value: unknown) => boolean

/**
 * Prints config values as TypeScript. The expression that a value comes from guides the layout: its comments, its arithmetic and its names
 * are kept where they still give the value; where they do not, the value is printed as it is.
 */
export class ValuePrinter {
  usesTuple = false

  constructor(
    private readonly source: string,
    private readonly comments: Comments,
    private readonly isReference: Reference,
  ) {}

  print(value: unknown, guide: Expression | undefined, indent: string): string {
    if (guide?.kind === 'name' && this.isReference(guide.name, value)) return guide.name
    if (Array.isArray(value)) return this.list(value, guide, indent)
    if (isPlainObject(value)) return this.section(value, guide, indent)
    if (typeof value === 'number') return this.number(value, guide)
    return typeof value === 'string' ? quote(value) : String(value)
  }

  private list(list: readonly unknown[], guide: Expression | undefined, indent: string): string {
    const guides = guide?.kind === 'list' || guide?.kind === 'tuple' ? guide.items : []
    const isGuided = guides.length === list.length && guides.every(({ spread }) => !spread)
    const parts = list.map((item, index): Part => ({ guide: isGuided ? guides[index]?.value : undefined, prefix: '', value: item }))
    if (!isTuple(list)) return this.block('[', parts, ']', isGuided ? guide : undefined, indent)
    this.usesTuple = true
    return this.block('tuple(', parts, ')', isGuided ? guide : undefined, indent)
  }

  private section(section: ConfigDict, guide: Expression | undefined, indent: string): string {
    const guides = entriesOf(guide)
    const parts = Object.entries(section).map(([key, value]): Part => ({ guide: guides.get(key), prefix: `${propertyName(key)}: `, value }))
    return this.block('{', parts, '}', guides.size > 0 ? guide : undefined, indent)
  }

  /** Items between brackets: on one line if they fit and nobody commented on them. */
  private block(open: string, parts: readonly Part[], close: string, place: Span | undefined, indent: string): string {
    const inner = `${indent}  `
    const lines: string[] = []
    const items: string[] = []
    let hasComments = false
    for (const { guide, prefix, value } of parts) {
      const before = guide === undefined || place === undefined ? [] : this.comments.take(place.from, guide.from)
      const text = prefix + this.print(value, guide, inner)
      const beside = guide === undefined || place === undefined ? undefined : this.comments.takeBeside(guide.to, place.to)
      hasComments ||= before.length > 0 || beside !== undefined
      items.push(text)
      lines.push(...before.map((comment) => inner + comment), `${inner}${text},${beside === undefined ? '' : ` ${beside}`}`)
    }
    const after = place === undefined ? [] : this.comments.take(place.from, place.to)
    lines.push(...after.map((comment) => inner + comment))
    if (!hasComments && after.length === 0) {
      const space = open === '{' && items.length > 0 ? ' ' : ''
      const line = `${open}${space}${items.join(', ')}${space}${close}`
      if (!line.includes('\n') && indent.length + line.length <= WIDTH) return line
    }
    return `${open}\n${lines.join('\n')}\n${indent}${close}`
  }

  private number(value: number, guide: Expression | undefined): string {
    const written = guide === undefined ? undefined : this.source.slice(guide.from, guide.to)
    if (
      written !== undefined &&
      guide !== undefined &&
      written.length < 80 &&
      Object.is(arithmetic(guide), value) &&
      IS_JAVASCRIPT.test(written)
    ) {
      return written.replace(/(\d)\.(?!\d)/g, '$1').replace(/(?<!\d)\.(\d)/g, '0.$1')
    }
    return Object.is(value, -0) ? '-0' : String(value)
  }
}

interface Part {
  readonly guide: Expression | undefined
  readonly prefix: string
  readonly value: unknown
}

/** Numbers and operators that JavaScript writes as Python does. */
const IS_JAVASCRIPT = /^(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|[-+*/() ]|\*\*)+$/i

/** What arithmetic on numbers gives in JavaScript; undefined for anything else, and for what the two languages read differently. */
function arithmetic(node: Expression): number | undefined {
  if (node.kind === 'literal') return typeof node.value === 'number' || typeof node.value === 'bigint' ? Number(node.value) : undefined
  if (node.kind === 'unary') {
    const operand = arithmetic(node.operand)
    return operand === undefined || node.operator !== '-' || node.operand.kind === 'binary' ? undefined : -operand
  }
  if (node.kind !== 'binary') return undefined
  const left = arithmetic(node.left)
  const right = arithmetic(node.right)
  if (left === undefined || right === undefined) return undefined
  switch (node.operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '**':
      return node.left.kind === 'literal' ? left ** right : undefined
  }
  return undefined
}

/** The expressions of a dict's entries by their keys, for `dict(a=1)` and `{'a': 1}`. */
function entriesOf(guide: Expression | undefined): ReadonlyMap<string, Expression> {
  const entries = new Map<string, Expression>()
  if (guide?.kind === 'call') for (const { name, value } of guide.args) if (name !== undefined) entries.set(name, value)
  if (guide?.kind === 'dict') {
    for (const { key, value } of guide.entries) if (key?.kind === 'literal' && typeof key.value === 'string') entries.set(key.value, value)
  }
  return entries
}

export function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key)
}

/** A string as the house writes it: single quotes, unless that takes more escapes. */
export function quote(text: string): string {
  const json = JSON.stringify(text)
  if (text.includes("'") && !text.includes('"')) return json
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
