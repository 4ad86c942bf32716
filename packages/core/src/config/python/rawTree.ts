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
  const open: Raw[] = []
  treeOf(text).iterate({
    enter(node) {
      if (node.name === 'Comment') {
        comments.push({ from: node.from, to: node.to })
        return false
      }
      if (open.length >= MAX_DEPTH) throw new SyntaxFault(tooDeep(), node)
      const raw: Raw = open.length === 0 ? root : { name: node.name, from: node.from, to: node.to, children: [] }
      push(open.at(-1), raw)
      open.push(raw)
      return true
    },
    leave(node) {
      if (node.name !== 'Comment') open.pop()
    },
  })
  return { root, comments }
}

function push(parent: Raw | undefined, child: Raw): void {
  if (parent !== undefined) (parent.children as Raw[]).push(child)
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
