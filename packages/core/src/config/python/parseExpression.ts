import { PLACEHOLDER } from '../placeholders.js'
import { Fault, LANGUAGE, unsupported } from './fault.js'
import { numberValue, resolveEscapes, splitString, stringValue } from './literals.js'
import { type Raw, SyntaxFault } from './rawTree.js'
import type { Argument, Clause, DictEntry, Expression, FormatPart, Item, Literal, Slice, Span } from './syntax.js'

/** `{{` means `{` in an f-string, unless it starts a placeholder of MMEngine's. */
const DOUBLE_BRACE = new RegExp(`${PLACEHOLDER.source}|\\{\\{|\\}\\}`, 'g')

/** Turns nodes of the parse tree into the expressions of recipes. */
export class ExpressionParser {
  constructor(protected readonly text: string) {}

  expression(node: Raw): Expression {
    const span = { from: node.from, to: node.to }
    const { children } = node
    switch (node.name) {
      case 'VariableName':
        return { ...span, kind: 'name', name: this.source(node) }
      case 'String':
        return this.literal(node, stringValue)
      case 'Number':
        return this.literal(node, numberValue)
      case 'Boolean':
        return { ...span, kind: 'literal', value: this.source(node) === 'True' }
      case 'None':
        return { ...span, kind: 'literal', value: null }
      case 'ContinuedString':
      case 'FormatString':
        return this.joinedString(node)
      case 'ParenthesizedExpression':
        return this.expression(this.only(node, inside(node)))
      case 'TupleExpression':
        return { ...span, kind: 'tuple', items: this.items(inside(node)) }
      case 'ArrayExpression':
        return { ...span, kind: 'list', items: this.items(inside(node)) }
      case 'SetExpression':
        return this.placeholder(node) ?? { ...span, kind: 'set', items: this.items(inside(node)) }
      case 'DictionaryExpression':
        return { ...span, kind: 'dict', entries: splitAt(inside(node), ',').map((parts) => this.dictEntry(node, parts)) }
      case 'ArrayComprehensionExpression':
      case 'ComprehensionExpression':
        return this.comprehension(node, 'list', inside(node))
      case 'SetComprehensionExpression':
        return this.comprehension(node, 'set', inside(node))
      case 'DictionaryComprehensionExpression':
        return this.comprehension(node, 'dict', inside(node))
      case 'UnaryExpression': {
        const [operator, operand] = children
        if (operator === undefined || operand === undefined) break
        return { ...span, kind: 'unary', operator: this.source(operator), operand: this.expression(operand) }
      }
      case 'BinaryExpression':
        return this.binary(node)
      case 'ConditionalExpression': {
        const [whenTrue, , test, , otherwise] = children
        if (whenTrue === undefined || test === undefined || otherwise === undefined) break
        return {
          ...span,
          kind: 'conditional',
          test: this.expression(test),
          whenTrue: this.expression(whenTrue),
          otherwise: this.expression(otherwise),
        }
      }
      case 'CallExpression': {
        const [callee, list] = children
        if (callee === undefined || list === undefined) break
        return { ...span, kind: 'call', callee: this.expression(callee), args: this.callArguments(list) }
      }
      case 'MemberExpression':
        return this.member(node)
    }
    throw this.refuse(node)
  }

  /** One expression, or several with commas between them, which make a tuple. */
  expressionList(nodes: readonly Raw[], place: Span): Expression {
    const [first] = nodes
    if (nodes.length === 1 && first !== undefined) return this.expression(first)
    return { from: place.from, to: place.to, kind: 'tuple', items: this.items(nodes) }
  }

  source(span: Span): string {
    return this.text.slice(span.from, span.to)
  }

  refuse(node: Raw): SyntaxFault {
    const construct = CONSTRUCTS[node.name] ?? `'${this.source(node).split('\n')[0]?.slice(0, 40) ?? ''}'`
    return new SyntaxFault(unsupported(`${construct} is not part of the language of configs`, LANGUAGE), headOf(node))
  }

  fail(span: Span, what: string, hint?: string): SyntaxFault {
    return new SyntaxFault(new Fault(what, hint === undefined ? {} : { hint }), span)
  }

  private only(node: Raw, nodes: readonly Raw[]): Raw {
    const [first] = nodes
    if (first === undefined || nodes.length !== 1) throw this.fail(node, 'this is not valid Python here')
    return first
  }

  private literal(node: Raw, read: (token: string) => Literal): Expression {
    return { from: node.from, to: node.to, kind: 'literal', value: this.located(node, () => read(this.source(node))) }
  }

  /** Reads something of a node, which knows no place, so that a fault in it is reported there. */
  private located<T>(place: Span, read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (error instanceof Fault) throw new SyntaxFault(error, place)
      throw error
    }
  }

  private items(nodes: readonly Raw[]): Item[] {
    return splitAt(nodes, ',').map((parts) => {
      const [first, second] = parts
      if (first?.name === '*' && second !== undefined && parts.length === 2) return { value: this.expression(second), spread: true }
      if (first === undefined || parts.length !== 1) throw this.fail(first ?? { from: 0, to: 1 }, 'this is not valid Python here')
      return { value: this.expression(first), spread: false }
    })
  }

  private dictEntry(node: Raw, parts: readonly Raw[]): DictEntry {
    const [first, second, third] = parts
    if (first?.name === '**' && second !== undefined) return { key: undefined, value: this.expression(second) }
    if (first === undefined || second?.name !== ':' || third === undefined) throw this.fail(first ?? node, 'this is not an entry of a dict')
    return { key: this.expression(first), value: this.expression(third) }
  }

  private callArguments(list: Raw): Argument[] {
    const nodes = inside(list)
    if (nodes.some(({ name }) => name === 'for')) return [{ value: this.comprehension(list, 'list', nodes), name: undefined, spread: '' }]
    return splitAt(nodes, ',').map((parts): Argument => {
      const [first, second, third] = parts
      if (first === undefined) throw this.fail(list, 'this is not an argument')
      if ((first.name === '*' || first.name === '**') && second !== undefined) {
        return { value: this.expression(second), name: undefined, spread: first.name }
      }
      if (first.name === 'VariableName' && second?.name === 'AssignOp' && third !== undefined) {
        return { value: this.expression(third), name: this.source(first), spread: '' }
      }
      if (second !== undefined) throw this.fail(first, 'this is not an argument')
      return { value: this.expression(first), name: undefined, spread: '' }
    })
  }

  private comprehension(node: Raw, into: 'list' | 'set' | 'dict', nodes: readonly Raw[]): Expression {
    const start = nodes.findIndex(({ name }) => name === 'for')
    const head = nodes.slice(0, Math.max(0, start))
    const clauses: Clause[] = []
    for (const clause of splitBefore(nodes.slice(start), 'for')) {
      const at = clause.findIndex(({ name }) => name === 'in')
      const [iterable, ...conditions] = splitAt(clause.slice(at + 1), 'if')
      const target = clause.slice(1, at)
      const [source] = iterable ?? []
      if (at < 1 || target.length === 0 || source === undefined || head.some(({ name }) => name === 'async')) throw this.refuse(node)
      clauses.push({
        target: this.target(this.expressionList(target, spanOf(target))),
        iterable: this.expression(source),
        conditions: conditions.map((parts) => this.expression(this.only(node, parts))),
      })
    }
    const [element, , value] = head
    if (element === undefined || (into === 'dict') !== (value !== undefined)) throw this.refuse(node)
    const span = { from: node.from, to: node.to }
    if (value === undefined) return { ...span, kind: 'comprehension', into, element: this.expression(element), clauses }
    return { ...span, kind: 'comprehension', into, element: this.expression(element), value: this.expression(value), clauses }
  }

  /** What may stand on the left of an assignment. */
  target(expression: Expression): Expression {
    if (expression.kind === 'tuple' || expression.kind === 'list') for (const { value } of expression.items) this.target(value)
    else if (!['name', 'attribute', 'subscript'].includes(expression.kind)) throw this.fail(expression, 'nothing can be assigned to this')
    return expression
  }

  private binary(node: Raw): Expression {
    const left = node.children[0]
    const right = node.children.at(-1)
    if (left === undefined || right === undefined) throw this.refuse(node)
    const operators = node.children.slice(1, -1)
    const operator = operators.map((part) => this.source(part)).join(' ')
    const span = { from: node.from, to: node.to }
    const kind = operators[0]?.name
    if (kind === 'ArithOp' || kind === 'BitOp') {
      return { ...span, kind: 'binary', operator, left: this.expression(left), right: this.expression(right) }
    }
    if (operator === 'and' || operator === 'or') {
      return { ...span, kind: 'logical', operator, left: this.expression(left), right: this.expression(right) }
    }
    const operand = this.expression(right)
    const first = this.expression(left)
    // `a < b < c` comes as (a < b) < c, without parentheses.
    if (left.name === 'BinaryExpression' && first.kind === 'compare') {
      return { ...span, kind: 'compare', first: first.first, rest: [...first.rest, { operator, operand }] }
    }
    return { ...span, kind: 'compare', first, rest: [{ operator, operand }] }
  }

  private member(node: Raw): Expression {
    const [object, second, third] = node.children
    if (object === undefined || second === undefined || third === undefined) throw this.refuse(node)
    const span = { from: node.from, to: node.to }
    if (second.name === '.') return { ...span, kind: 'attribute', object: this.expression(object), name: this.source(third) }
    const parts = node.children.slice(2, -1)
    const slice = parts.some(({ name }) => name === ':')
    if (slice && parts.some(({ name }) => name === ',')) throw this.refuse(node)
    const index = slice ? this.slice(node, parts) : this.expressionList(parts, spanOf(parts))
    return { ...span, kind: 'subscript', object: this.expression(object), index }
  }

  private slice(node: Raw, parts: readonly Raw[]): Slice {
    const [start, stop, step, extra] = splitKeepingEmpty(parts, ':')
    if (extra !== undefined) throw this.refuse(node)
    const bound = (nodes: readonly Raw[] | undefined): Expression | undefined =>
      nodes?.[0] === undefined ? undefined : this.expression(this.only(node, nodes))
    return { kind: 'slice', start: bound(start), stop: bound(stop), step: bound(step) }
  }

  /** `{{_base_.a.b}}`, which to Python is a set in a set. */
  private placeholder(node: Raw): Expression | undefined {
    const inner = inside(node)
    if (inner.length !== 1 || inner[0]?.name !== 'SetExpression') return undefined
    const text = this.source({ from: inner[0].from + 1, to: inner[0].to - 1 }).trim()
    const span = { from: node.from, to: node.to }
    if (/^_base_(\.\w+)+$/.test(text)) return { ...span, kind: 'baseReference', keys: text.split('.').slice(1) }
    if (/^(['"])\s*\$.*\1$/s.test(text)) return { ...span, kind: 'variableReference', placeholder: this.source(span) }
    if (/^file(Dirname|Basename|BasenameNoExtension|Extname)$/.test(text)) {
      throw this.fail(span, `the placeholder {{ ${text} }} stands outside a string`, `Write '{{ ${text} }}'.`)
    }
    throw this.fail(
      span,
      'there is no such placeholder, and a set cannot be in a set',
      'Known are {{_base_.…}}, {{ fileDirname }} and its kin, {{$VARIABLE:default}}.',
    )
  }

  private joinedString(node: Raw): Expression {
    const tokens = node.name === 'FormatString' ? [node] : node.children
    const parts: FormatPart[] = []
    for (const token of tokens) {
      if (token.name === 'FormatString') parts.push(...this.formatString(token))
      else {
        const literal = this.literal(token, stringValue)
        if (literal.kind === 'literal' && typeof literal.value === 'string') parts.push(literal.value)
      }
    }
    const span = { from: node.from, to: node.to }
    if (parts.every((part) => typeof part === 'string')) return { ...span, kind: 'literal', value: parts.join('') }
    return { ...span, kind: 'formatted', parts }
  }

  private formatString(token: Raw): FormatPart[] {
    const { prefix, start, end } = this.located(token, () => splitString(this.source(token)))
    return this.formatParts(token, token.from + start, token.from + end, prefix.includes('r'))
  }

  private formatParts(node: Raw, from: number, to: number, isRaw: boolean): FormatPart[] {
    const parts: FormatPart[] = []
    let at = from
    const addText = (until: number): void => {
      const text = this.text.slice(at, until).replace(DOUBLE_BRACE, (whole) => (whole.length > 2 ? whole : whole.charAt(0)))
      if (text === '') return
      parts.push(this.located({ from: at, to: until }, () => resolveEscapes(text, isRaw)))
    }
    for (const replacement of node.children) {
      if (replacement.name !== 'FormatReplacement') continue
      addText(replacement.from)
      const value = replacement.children[1]
      if (value === undefined) throw this.refuse(replacement)
      const find = (name: string): Raw | undefined => replacement.children.find((child) => child.name === name)
      const selfDoc = find('FormatSelfDoc')
      if (selfDoc !== undefined) parts.push(this.text.slice(replacement.from + 1, selfDoc.to))
      const spec = find('FormatSpec')
      const conversion = find('FormatConversion')
      parts.push({
        value: this.expression(value),
        conversion: conversion !== undefined ? this.source(conversion).slice(1) : selfDoc !== undefined && spec === undefined ? 'r' : '',
        spec: spec === undefined ? [] : this.formatParts(spec, spec.from + 1, spec.to, isRaw),
      })
      at = replacement.to
    }
    addText(to)
    return parts
  }
}

const CONSTRUCTS: Readonly<Record<string, string>> = {
  LambdaExpression: 'a lambda',
  NamedExpression: "':='",
  AwaitExpression: "'await'",
  YieldExpression: "'yield'",
  Ellipsis: "'...'",
  FunctionDefinition: 'a function definition',
  ClassDefinition: 'a class definition',
  DecoratedStatement: 'a decorator',
  WhileStatement: "'while'",
  TryStatement: "'try'",
  WithStatement: "a 'with' other than `with read_base():`",
  MatchStatement: "'match'",
  RaiseStatement: "'raise'",
  ReturnStatement: "'return'",
  YieldStatement: "'yield'",
  ScopeStatement: "'global'",
  AssertStatement: "'assert'",
  PrintStatement: "'print'",
  TypeDefinition: "'type'",
}

/** The first line of a construct; a caret under a whole function says less. */
function headOf(node: Raw): Span {
  const first = node.children[0]
  return node.children.length > 0 && /Statement|Definition/.test(node.name) && first !== undefined ? first : node
}

/** The children between the brackets. */
function inside(node: Raw): readonly Raw[] {
  return node.children.slice(1, -1)
}

function spanOf(nodes: readonly Raw[]): Span {
  return { from: nodes[0]?.from ?? 0, to: nodes.at(-1)?.to ?? 1 }
}

/** The runs between separators; a separator at the end opens none. */
export function splitAt(nodes: readonly Raw[], separator: string): Raw[][] {
  const parts = splitKeepingEmpty(nodes, separator)
  if (parts.at(-1)?.length === 0) parts.pop()
  return parts
}

function splitKeepingEmpty(nodes: readonly Raw[], separator: string): Raw[][] {
  const parts: Raw[][] = [[]]
  for (const node of nodes) {
    if (node.name === separator) parts.push([])
    else parts.at(-1)?.push(node)
  }
  return parts
}

function splitBefore(nodes: readonly Raw[], separator: string): Raw[][] {
  const parts: Raw[][] = []
  for (const node of nodes) {
    if (node.name === separator) parts.push([])
    parts.at(-1)?.push(node)
  }
  return parts
}
