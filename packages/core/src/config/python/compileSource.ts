import { isBaseAssignment } from './execute.js'
import { parseModule } from './parseModule.js'
import { parsePlain } from './parsePlain.js'
import { SyntaxFault } from './rawTree.js'
import { errorAt, type Source } from './source.js'
import { isStandard } from './standardModules.js'
import type { Expression, Module, Statement } from './syntax.js'

/** A parsed config: in MMEngine's lazy-import style, with `_base_` files, or (neither) with both open to it. */
export interface CompiledModule extends Module {
  readonly style: 'lazy' | 'base' | 'plain'
  /** What `_base_` is set to. */
  readonly bases: Expression | undefined
  /** Whether the file reads or changes its bases itself, by `_base_` or a placeholder. */
  readonly usesBase: boolean
}

/** Bases are read again and again by their children; what they parse to is kept, by their text, up to this many characters. */
const CACHE_CHARACTERS = 8_000_000
const cache = new Map<string, CompiledModule>()
let cachedCharacters = 0

/**
 * Parses a source.
 * @param keep remember what it parses to: for a base, which others will read
 * @throws TesseraError with the place, if it is not Python or not of the language of configs
 */
export function compileSource(source: Source, keep = false): CompiledModule {
  const known = cache.get(source.text)
  if (known !== undefined) return known
  const compiled = compile(source)
  if (!keep) return compiled
  if (cachedCharacters > CACHE_CHARACTERS) {
    cache.clear()
    cachedCharacters = 0
  }
  cache.set(source.text, compiled)
  cachedCharacters += source.text.length
  return compiled
}

function compile(source: Source): CompiledModule {
  try {
    const module = parsePlain(source.text) ?? parseModule(source.text)
    return {
      ...module,
      style: styleOf(module.body),
      bases: baseExpression(module.body),
      // `_base_` as a word: in a comment it costs a little time, and no more.
      usesBase: /\b_base_\b(?!\s*=[^=])/.test(source.text),
    }
  } catch (error) {
    if (error instanceof SyntaxFault) throw errorAt(source, error.span, error.fault)
    throw error
  }
}

function baseExpression(body: readonly Statement[]): Expression | undefined {
  const statement = body.find(isBaseAssignment)
  return statement?.kind === 'assign' ? statement.value : undefined
}

/** MMEngine's rule: the first of these in the file decides, the top level before what is nested in it. */
function styleOf(body: readonly Statement[]): CompiledModule['style'] {
  const nested: Statement[] = []
  for (const statement of body) {
    const style = styleOfOne(statement)
    if (style !== undefined) return style
    if (statement.kind === 'if') nested.push(...statement.branches.flatMap((branch) => branch.body), ...statement.otherwise)
    if (statement.kind === 'for') nested.push(...statement.body, ...statement.otherwise)
  }
  return nested.length === 0 ? 'plain' : styleOf(nested)
}

function styleOfOne(statement: Statement): 'lazy' | 'base' | undefined {
  if (isBaseAssignment(statement)) return 'base'
  if (statement.kind === 'readBase') return 'lazy'
  if (statement.kind === 'import') return statement.modules.every(({ name }) => isStandard(name)) ? undefined : 'lazy'
  if (statement.kind !== 'fromImport') return undefined
  if (statement.level > 0) return 'lazy'
  const isConfigClass =
    statement.module === 'mmengine' && statement.names !== '*' && statement.names.length === 1 && statement.names[0]?.name === 'Config'
  return isConfigClass || isStandard(statement.module) ? undefined : 'lazy'
}
