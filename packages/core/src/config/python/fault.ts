import type { ErrorCode } from '../../errors.js'

/** What goes wrong inside a recipe. It knows no place; whoever evaluates the file knows which expression it was at, and adds it. */
export class Fault extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly nearest: readonly string[] | undefined

  constructor(what: string, options: { code?: ErrorCode; hint?: string | undefined; nearest?: readonly string[] } = {}) {
    super(what)
    this.code = options.code ?? 'CONFIG_SYNTAX'
    this.hint = options.hint
    this.nearest = options.nearest
  }
}

/** A construct outside the language of recipes. */
export function unsupported(what: string, hint: string): Fault {
  return new Fault(what, { code: 'UNSUPPORTED', hint })
}

/** What a recipe may say; ends the message of each refusal. */
export const LANGUAGE =
  'A Python config is read as data: literals, dict/list/tuple/set, arithmetic, comparisons, indexing and slices, comprehensions, f-strings, `if`, `for`, ' +
  '`_base_`, `with read_base()`, imports of classes, and the methods of dict, list and str.'
