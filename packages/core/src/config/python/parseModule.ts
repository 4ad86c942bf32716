import { ExpressionParser, splitAt } from './parseExpression.js'
import { parseTree, type Raw } from './rawTree.js'
import type { Expression, FromImport, Module, Statement } from './syntax.js'

/** Parses a recipe. @throws SyntaxFault for what is not Python, and for Python that is not part of the language of configs */
export function parseModule(text: string): Module {
  const { root, comments } = parseTree(text)
  return { body: new StatementParser(text).block(root.children), comments }
}

class StatementParser extends ExpressionParser {
  /** The statements of a block, which start in one column: the grammar takes one that is indented out of place. */
  block(nodes: readonly Raw[]): Statement[] {
    const [first] = nodes
    for (const node of nodes) {
      if (node.name !== ':' && first !== undefined && this.indent(node) !== this.indent(first))
        throw this.fail(node, 'this line is indented out of place')
    }
    return this.statements(nodes)
  }

  /** What stands before a statement in its line; for one that follows another in the line, nothing that matters. */
  private indent(node: Raw): string {
    return /^[ \t\f]*/.exec(this.text.slice(this.text.lastIndexOf('\n', node.from - 1) + 1, node.from))?.[0] ?? ''
  }

  private statements(nodes: readonly Raw[]): Statement[] {
    return nodes.flatMap((node) =>
      node.name === 'StatementGroup' ? this.statements(splitAt(node.children, ';').flat()) : this.statement(node),
    )
  }

  private statement(node: Raw): Statement {
    const span = { from: node.from, to: node.to }
    const { children } = node
    switch (node.name) {
      case 'AssignStatement':
        return this.assignment(node)
      case 'UpdateStatement': {
        const at = children.findIndex(({ name }) => name === 'UpdateOp')
        const operator = children[at]
        if (operator === undefined) break
        const target = this.target(this.expressionList(children.slice(0, at), node))
        if (target.kind === 'tuple' || target.kind === 'list')
          throw this.fail(node, `a ${target.kind} cannot stand before ${this.source(operator)}`)
        const value = this.expressionList(children.slice(at + 1), spanFrom(children, at + 1, node))
        return { ...span, kind: 'augment', target, operator: this.source(operator).slice(0, -1), value }
      }
      case 'ExpressionStatement':
        return { ...span, kind: 'expression', value: this.expressionList(children, node) }
      case 'IfStatement':
        return this.conditional(node)
      case 'ForStatement':
        return this.loop(node)
      case 'WithStatement':
        return this.readBase(node)
      case 'ImportStatement':
        return this.importStatement(node)
      case 'DeleteStatement':
        return {
          ...span,
          kind: 'delete',
          targets: splitAt(children.slice(1), ',').map((parts) => this.target(this.expressionList(parts, node))),
        }
      case 'PassStatement':
        return { ...span, kind: 'pass' }
      case 'BreakStatement':
        return { ...span, kind: 'break' }
      case 'ContinueStatement':
        return { ...span, kind: 'continue' }
    }
    throw this.refuse(node)
  }

  private assignment(node: Raw): Statement {
    const annotated = node.children.filter(({ name }) => name !== 'TypeDef')
    const sides = splitBetween(annotated, 'AssignOp')
    const value = sides.pop()
    if (value === undefined || sides.length === 0) {
      // `x: int` declares, and sets nothing.
      if (annotated.length === 1) return { from: node.from, to: node.to, kind: 'pass' }
      throw this.refuse(node)
    }
    return {
      from: node.from,
      to: node.to,
      kind: 'assign',
      targets: sides.map((side) =>
        this.target(this.expressionList(side, { from: side[0]?.from ?? node.from, to: side.at(-1)?.to ?? node.to })),
      ),
      value: this.expressionList(value, { from: value[0]?.from ?? node.from, to: node.to }),
    }
  }

  private conditional(node: Raw): Statement {
    const branches: { test: Expression; body: readonly Statement[] }[] = []
    let otherwise: readonly Statement[] = []
    for (const [index, child] of node.children.entries()) {
      const test = node.children[index + 1]
      const body = node.children[index + 2]
      if ((child.name === 'if' || child.name === 'elif') && test !== undefined && body !== undefined) {
        branches.push({ test: this.expression(test), body: this.body(body) })
      } else if (child.name === 'else' && test !== undefined) otherwise = this.body(test)
    }
    return { from: node.from, to: node.to, kind: 'if', branches, otherwise }
  }

  private loop(node: Raw): Statement {
    const { children } = node
    const split = children.findIndex(({ name }) => name === 'in')
    const body = children.findIndex(({ name }) => name === 'Body')
    const block = children[body]
    const last = children.at(-1)
    if (children[0]?.name !== 'for' || split < 2 || block === undefined || last === undefined) throw this.refuse(node)
    return {
      from: node.from,
      to: node.to,
      kind: 'for',
      target: this.target(this.expressionList(children.slice(1, split), spanFrom(children, 1, node))),
      iterable: this.expressionList(children.slice(split + 1, body), spanFrom(children, split + 1, node)),
      body: this.body(block),
      otherwise: last === block ? [] : this.body(last),
    }
  }

  private body(node: Raw): Statement[] {
    return this.block(node.children.filter(({ name }) => name !== ':'))
  }

  private readBase(node: Raw): Statement {
    const [, manager, body, extra] = node.children
    if (manager === undefined || body === undefined || extra !== undefined) throw this.refuse(node)
    if (!/^read_base\s*\(\s*\)$/.test(this.source(manager))) throw this.refuse(node)
    const imports = this.body(body).filter(({ kind }) => kind !== 'pass')
    return {
      from: node.from,
      to: node.to,
      kind: 'readBase',
      imports: imports.map((statement): FromImport => {
        if (statement.kind === 'fromImport' && statement.module !== '') return statement
        throw this.fail(statement, 'only `from … import …` of a config file may stand in `with read_base()`')
      }),
    }
  }

  private importStatement(node: Raw): Statement {
    const span = { from: node.from, to: node.to }
    const { children } = node
    const named = (parts: readonly Raw[]): { name: string; as: string | undefined } => {
      const as = parts.findIndex(({ name }) => name === 'as')
      const words = as === -1 ? parts : parts.slice(0, as)
      const alias = as === -1 ? undefined : parts[as + 1]
      return { name: words.map((word) => this.source(word)).join(''), as: alias === undefined ? undefined : this.source(alias) }
    }
    if (children[0]?.name === 'import') return { ...span, kind: 'import', modules: splitAt(children.slice(1), ',').map(named) }
    const at = children.findIndex(({ name }) => name === 'import')
    const path = children
      .slice(1, at)
      .map((part) => this.source(part))
      .join('')
    const module = path.replace(/^\.+/, '')
    const names = children.slice(at + 1).filter(({ name }) => name !== '(' && name !== ')')
    return {
      ...span,
      kind: 'fromImport',
      level: path.length - module.length,
      module,
      names: names[0]?.name === '*' ? '*' : splitAt(names, ',').map(named),
    }
  }
}

function spanFrom(children: readonly Raw[], index: number, node: Raw): { from: number; to: number } {
  return { from: children[index]?.from ?? node.from, to: node.to }
}

/** The runs between separators, empty ones left out. */
function splitBetween(nodes: readonly Raw[], separator: string): Raw[][] {
  const parts: Raw[][] = []
  for (const [index, node] of nodes.entries()) {
    if (node.name === separator) continue
    if (index === 0 || nodes[index - 1]?.name === separator) parts.push([])
    parts.at(-1)?.push(node)
  }
  return parts
}
