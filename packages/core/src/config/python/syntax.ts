/** Where something stands in the source: offsets of its first character and of the one after its last. */
export interface Span {
  readonly from: number
  readonly to: number
}

export type Literal = null | boolean | bigint | number | string

/** The expressions that a recipe may use; whatever else Python has is refused when the file is parsed. */
export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: Literal }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Item[] }
    | { readonly kind: 'dict'; readonly entries: readonly DictEntry[] }
    | { readonly kind: 'formatted'; readonly parts: readonly FormatPart[] }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'logical'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly { operator: string; operand: Expression }[] }
    | { readonly kind: 'conditional'; readonly test: Expression; readonly whenTrue: Expression; readonly otherwise: Expression }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[] }
    | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly kind: 'subscript'; readonly object: Expression; readonly index: Expression | Slice }
    | {
        readonly kind: 'comprehension'
        readonly into: 'list' | 'set' | 'dict'
        readonly element: Expression
        readonly value?: Expression
        readonly clauses: readonly Clause[]
      }
    /** MMEngine's placeholder `{{_base_.a.b}}`. */
    | { readonly kind: 'baseReference'; readonly keys: readonly string[] }
    /** `{{'$NAME:default'}}`, as it is written. */
    | { readonly kind: 'variableReference'; readonly placeholder: string }
  )

export interface Slice {
  readonly kind: 'slice'
  readonly start: Expression | undefined
  readonly stop: Expression | undefined
  readonly step: Expression | undefined
}

/** An item of a list; `spread` for `*items`. */
export interface Item {
  readonly value: Expression
  readonly spread: boolean
}

/** `key: value`, or `**value` without a key. */
export interface DictEntry {
  readonly key: Expression | undefined
  readonly value: Expression
}

/** `value`, `name=value`, `*value` or `**value`. */
export interface Argument {
  readonly value: Expression
  readonly name: string | undefined
  readonly spread: '' | '*' | '**'
}

/** A piece of an f-string: text, or an expression with its conversion (`!r`) and format. */
export type FormatPart = string | { readonly value: Expression; readonly conversion: string; readonly spec: readonly FormatPart[] }

/** `for target in iterable if condition` of a comprehension. */
export interface Clause {
  readonly target: Expression
  readonly iterable: Expression
  readonly conditions: readonly Expression[]
}

export type Statement = Span &
  (
    | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
    | { readonly kind: 'augment'; readonly target: Expression; readonly operator: string; readonly value: Expression }
    | { readonly kind: 'expression'; readonly value: Expression }
    | {
        readonly kind: 'if'
        readonly branches: readonly { test: Expression; body: readonly Statement[] }[]
        readonly otherwise: readonly Statement[]
      }
    | {
        readonly kind: 'for'
        readonly target: Expression
        readonly iterable: Expression
        readonly body: readonly Statement[]
        readonly otherwise: readonly Statement[]
      }
    | { readonly kind: 'delete'; readonly targets: readonly Expression[] }
    | { readonly kind: 'import'; readonly modules: readonly { name: string; as: string | undefined }[] }
    | FromImport
    | { readonly kind: 'readBase'; readonly imports: readonly FromImport[] }
    | { readonly kind: 'pass' | 'break' | 'continue' }
  )

/** `from ..a.b import c as d`; names is '*' for all. */
export type FromImport = Span & {
  readonly kind: 'fromImport'
  /** The dots in front. */
  readonly level: number
  readonly module: string
  readonly names: '*' | readonly { name: string; as: string | undefined }[]
}

/** A parsed file. Comments stand apart, in order. */
export interface Module {
  readonly body: readonly Statement[]
  readonly comments: readonly Span[]
}
