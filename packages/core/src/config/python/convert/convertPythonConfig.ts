import { statSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { createSession } from '../../loadSession.js'
import type { ConfigDict } from '../../plainObject.js'
import { readConfigFile } from '../../readConfigFile.js'
import { readText } from '../../readText.js'
import { mergeSiblings, readWithBases } from '../../resolveBases.js'
import { RUN_CONFIG_KEYS } from '../../runConfigSchema.js'
import { type CompiledModule, compileSource } from '../compileSource.js'
import { baseFile } from '../lazyModule.js'
import { patchBetween, sameValue } from '../patch.js'
import { prepareSource } from '../prepareSource.js'
import type { Source } from '../source.js'
import type { Expression, Statement } from '../syntax.js'
import { Comments } from './comments.js'
import { propertyName, ValuePrinter } from './printValue.js'

export interface Converted {
  /** The TypeScript config. */
  readonly text: string
  /** The Python configs that it has as bases, absolute. */
  readonly bases: readonly string[]
}

/**
 * A Python config as a typed TypeScript one that loads to the same config: the same bases, the same order, its comments and its arithmetic.
 * What the file computes is written as the value it gives.
 * @param file the Python config
 * @param target where the TypeScript config will stand: paths of bases are relative to it
 * @param options.baseName what a base is called there; default its own, absolute path, so that Python bases stay in use
 */
export async function convertPythonConfig(
  file: string,
  target: string,
  options: { baseName?: (base: string) => string } = {},
): Promise<Converted> {
  const source = prepareSource(readText(file, statSync(file), false), file)
  const module = compileSource(source)
  const { bases, own } = await splitConfig(file, module)
  const names = bases.map((base) => relativeName(target, (options.baseName ?? ((same) => same))(base)))
  return { text: new ModulePrinter(module, source, own).print(names), bases }
}

/** The bases that a TypeScript config can have as well, and what it then says itself. */
async function splitConfig(file: string, module: CompiledModule): Promise<{ bases: string[]; own: ConfigDict }> {
  const session = createSession()
  const read = (): Promise<ConfigDict> =>
    readConfigFile(file, { environment: session.environment, readBase: (base) => readWithBases(resolve(dirname(file), base), session) })
  if (module.style === 'lazy') {
    const whole = await readWithBases(file, session)
    const bases = starBases(module, file)
    const merged = bases === undefined ? undefined : await siblings(bases, file)
    const patch = merged === undefined ? undefined : patchBetween(merged, whole)
    return patch === undefined ? { bases: [], own: whole } : { bases: bases ?? [], own: patch }
  }
  const { _base_: written, _deprecation_: deprecation, ...own } = await read()
  const names = written === undefined ? [] : Array.isArray(written) ? written : [written]
  if (names.some((name) => typeof name !== 'string' || name.includes('::')))
    return {
      bases: [],
      own: { ...(await readWithBases(file, session)), ...(deprecation === undefined ? {} : { _deprecation_: deprecation }) },
    }
  return {
    bases: names.map((name) => resolve(dirname(file), String(name))),
    own: deprecation === undefined ? own : { _deprecation_: deprecation, ...own },
  }
}

/** The files that a lazy config takes whole; undefined if it takes some names only. */
function starBases(module: CompiledModule, file: string): string[] | undefined {
  const imports = module.body.flatMap((statement) => (statement.kind === 'readBase' ? statement.imports : []))
  return imports.every(({ names }) => names === '*') ? imports.map((statement) => baseFile(statement, file)) : undefined
}

/** Bases side by side; undefined if they overlap, which TypeScript configs may not. */
async function siblings(bases: readonly string[], file: string): Promise<ConfigDict | undefined> {
  try {
    const session = createSession()
    const config = {}
    return await mergeSiblings(bases, config, { file, chain: [], objects: [] }, session)
  } catch {
    return undefined
  }
}

function relativeName(target: string, base: string): string {
  const path = relative(dirname(target), base).replaceAll('\\', '/')
  return path.startsWith('.') ? path : `./${path}`
}

/** Lists of this name hold transforms: as constants they need a type, or the compiler takes `type` for any string. */
const PIPELINE = /pipeline/

class ModulePrinter {
  private readonly comments: Comments
  private readonly printer: ValuePrinter
  /** Constants declared so far, with their values. */
  private readonly constants = new Map<string, unknown>()
  private hasPipelines = false

  constructor(
    private readonly module: CompiledModule,
    private readonly source: Source,
    private readonly own: ConfigDict,
  ) {
    this.comments = new Comments(source.text, module.comments)
    this.printer = new ValuePrinter(
      source.text,
      this.comments,
      (name, value) => this.constants.has(name) && sameValue(this.constants.get(name), value),
    )
  }

  print(bases: readonly string[]): string {
    const constants: string[] = []
    const variables: string[] = []
    const properties: string[] = []
    const done = new Set<string>()
    let pending: string[] = []
    for (const statement of this.module.body) {
      pending.push(...this.comments.take(0, statement.from), ...docstring(statement))
      const name = assignedName(statement)
      if (name !== undefined && name !== '_base_' && Object.hasOwn(this.own, name) && !done.has(name)) {
        done.add(name)
        const guide = statement.kind === 'assign' ? statement.value : undefined
        const isFree = !RUN_CONFIG_KEYS.includes(name) && name !== '_deprecation_'
        const isConstant = isFree && isIdentifier(name) && isConstantValue(name, this.own[name])
        const declaration = this.declaration(name, guide, isConstant)
        pending.push(...this.comments.take(statement.from, statement.to))
        const beside = this.comments.takeBeside(statement.to)
        const lines = isConstant ? pending : pending.map((comment) => `  ${comment}`)
        lines.push(beside === undefined ? declaration : `${declaration} ${beside}`)
        ;(isConstant ? constants : properties).push(...lines)
        pending = []
        if (isConstant) variables.push(name)
      }
    }
    pending.push(...this.comments.take(0, Number.POSITIVE_INFINITY))
    for (const name of Object.keys(this.own)) if (!done.has(name)) properties.push(this.declaration(name, undefined, false))
    properties.push(...pending.map((comment) => `  ${comment}`))
    const baseLine = bases.length === 0 ? [] : [`  _base_: ${this.printer.print(bases.length === 1 ? bases[0] : bases, undefined, '  ')},`]
    const variableLine = variables.length === 0 ? [] : [`  ...${wrap(variables)},`]
    return [
      ...this.imports(),
      '',
      ...(constants.length === 0 ? [] : [...constants, '']),
      `/** Converted from ${basename(this.source.file).replaceAll('*/', '')}. */`,
      'export default defineConfig({',
      ...baseLine,
      ...variableLine,
      ...properties,
      '})',
      '',
    ].join('\n')
  }

  private imports(): string[] {
    const names = [
      ...(this.hasPipelines ? ['type ComponentConfig', 'type TransformTypes'] : []),
      ...(this.printer.usesTuple ? ['tuple'] : []),
    ]
    const core = names.length === 0 ? [] : [`import { ${names.join(', ')} } from '@tessera/core'`]
    return [`import { defineConfig } from '@tessera/configs'`, ...core]
  }

  private declaration(name: string, guide: Expression | undefined, isConstant: boolean): string {
    const value = this.own[name]
    if (!isConstant) {
      const text = `${propertyName(name)}: ${this.printer.print(value, guide, '  ')}`
      // Free variables are spread in: the type of a config knows the keys with a meaning only.
      return RUN_CONFIG_KEYS.includes(name) || name === '_deprecation_' ? `  ${text},` : `  ...{ ${text} },`
    }
    const isPipeline = Array.isArray(value)
    this.hasPipelines ||= isPipeline
    const text = `const ${name}${isPipeline ? ': ComponentConfig<TransformTypes>[]' : ''} = ${this.printer.print(value, guide, '')}`
    this.constants.set(name, value)
    return text
  }
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED.has(name)
}

const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in ' +
    'instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with ' +
    'yield await async arguments eval tuple defineConfig undefined NaN Infinity ComponentConfig TransformTypes'
  ).split(' '),
)

/** What is declared as a constant, so that others can refer to it: plain values, and pipelines. */
function isConstantValue(name: string, value: unknown): boolean {
  if (Array.isArray(value)) {
    return (
      PIPELINE.test(name) && value.length > 0 && value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
    )
  }
  return typeof value !== 'object'
}

/** The one name that a statement sets at the top level. */
function assignedName(statement: Statement): string | undefined {
  const target = statement.kind === 'assign' && statement.targets.length === 1 ? statement.targets[0] : undefined
  return target?.kind === 'name' ? target.name : undefined
}

/** A text that stands alone, as comment lines. */
function docstring(statement: Statement): string[] {
  if (statement.kind !== 'expression' || statement.value.kind !== 'literal' || typeof statement.value.value !== 'string') return []
  return statement.value.value
    .trim()
    .split(/[\n\r\u2028\u2029]/)
    .map((line) => `// ${line}`.trimEnd())
}

function wrap(names: readonly string[]): string {
  const line = `{ ${names.join(', ')} }`
  return line.length <= 110 ? line : `{\n${names.map((name) => `    ${name},`).join('\n')}\n  }`
}
