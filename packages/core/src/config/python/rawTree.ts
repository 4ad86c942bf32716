import { parser } from '@lezer/python'
import { Fault } from './fault.js'
import type { Span } from './syntax.js'

/** A node of the parse tree, without comments. */
export interface Raw extends Span {
  readonly name: string
  readonly children: readonly Raw[]
}

/** A recipe nests 15 levels deep, which makes 40 here; CPython itself gives up at 200 brackets. */
const MAX_DEPTH = 200

// Strict: the first error ends the parse, where an editor would go on and guess.
const strict = parser.configure({ strict: true })

/** Parses a text. @throws SyntaxFault at the first place that is not Python, or that is nested beyond reason */
export function parseTree(text: string): { root: Raw; comments: Span[] } {
  refuseDeepBrackets(text)
  const root: Raw = { name: 'Script', from: 0, to: text.length, children: [] }
  const comments: Span[] = []
  const open: Raw[] = [root]
  const cursor = treeOf(text).cursor()
  if (!cursor.firstChild()) return { root, comments }
  // By hand, and not by the tree's own `iterate`: most nodes have no children, and need neither a list nor a level of their own.
  for (;;) {
    const { name, from, to } = cursor
    if (name === 'Comment') comments.push({ from, to })
    else {
      if (open.length >= MAX_DEPTH) throw new SyntaxFault(tooDeep(), { from, to })
      const parent = open.at(-1) ?? root
      if (cursor.firstChild()) {
        const node: Raw = { name, from, to, children: [] }
        push(parent, node)
        open.push(node)
        continue
      }
      push(parent, { name, from, to, children: NONE })
    }
    while (!cursor.nextSibling()) {
      open.pop()
      if (!cursor.parent() || open.length === 0) return { root, comments }
    }
  }
}

const NONE: readonly Raw[] = []

function push(parent: Raw, child: Raw): void {
  ;(parent.children as Raw[]).push(child)
}

/** A fault that knows its place already, since nothing is evaluated yet. */
export class SyntaxFault extends Error {
  readonly fault: Fault
  readonly span: Span

  constructor(fault: Fault, span: Span) {
    super(fault.message)
    this.fault = fault
    this.span = { from: span.from, to: span.to }
  }
}

/** The grammar does not know `5.` as a number; `5_`, which it knows, is as long. Values are read from the text as it is. */
const DOT_AT_END = /(?<![\w.])(\d[\d_]*)\.(?!\d)/g

function treeOf(text: string): ReturnType<typeof strict.parse> {
  try {
    return strict.parse(text.replace(DOT_AT_END, '$1_'))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const position = Number(/No parse at (\d+)/.exec(message)?.[1] ?? Number.NaN)
    if (Number.isNaN(position)) throw new SyntaxFault(tooDeep(), { from: 0, to: 1 })
    const at = Math.min(position, Math.max(0, text.trimEnd().length - 1))
    throw new SyntaxFault(new Fault(position >= text.trimEnd().length ? 'the file ends too early' : 'this is not valid Python here'), {
      from: at,
      to: at + 1,
    })
  }
}

function tooDeep(): Fault {
  return new Fault(`nested deeper than ${MAX_DEPTH} levels`, { code: 'INVALID_CONFIG' })
}

/** The parser itself recurses while it builds its tree, so brackets are counted beforehand; those in strings count, too, up to the line's end. */
function refuseDeepBrackets(text: string): void {
  let depth = 0
  const scan = /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#[^\n]*|[[({]|[\])}]/g
  for (let match = scan.exec(text); match !== null; match = scan.exec(text)) {
    const token = match[0]
    if (token.length > 1) continue
    depth = '[({'.includes(token) ? depth + 1 : Math.max(0, depth - 1)
    if (depth > MAX_DEPTH) throw new SyntaxFault(tooDeep(), { from: match.index, to: match.index + 1 })
  }
}
