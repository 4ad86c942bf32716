import type { Span } from '../syntax.js'

/** Comments for Python's tools mean nothing elsewhere. */
const FOR_PYTHON = /^#\s*(noqa|type:|yapf:|isort:|pylint:|fmt:)/i

/** The comments of a file, handed out once each, as TypeScript comments. */
export class Comments {
  private readonly waiting: Span[]

  constructor(
    private readonly source: string,
    comments: readonly Span[],
  ) {
    this.waiting = comments.filter(({ from, to }) => !FOR_PYTHON.test(source.slice(from, to)))
  }

  /** Those that start from `from` on and before `to`. */
  take(from: number, to: number): string[] {
    const taken = this.waiting.filter((comment) => comment.from >= from && comment.from < to)
    for (const comment of taken) this.waiting.splice(this.waiting.indexOf(comment), 1)
    return taken.map((comment) => this.rewritten(comment))
  }

  /** The one behind something on its line, if nothing but commas and brackets stands between. */
  takeBeside(end: number, limit = Number.POSITIVE_INFINITY): string | undefined {
    const comment = this.waiting.find(({ from }) => from >= end && from < limit)
    if (comment === undefined || !/^[ \t,;)\]}]*$/.test(this.source.slice(end, comment.from))) return undefined
    return this.take(comment.from, comment.to)[0]
  }

  private rewritten({ from, to }: Span): string {
    const text = this.source
      .slice(from + 1, to)
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
      .trimEnd()
    return `//${text === '' || text.startsWith(' ') ? text : ` ${text}`}`
  }
}
