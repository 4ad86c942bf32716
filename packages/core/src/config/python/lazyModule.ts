import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { TesseraError } from '../../errors.js'
import type { Environment } from '../environment.js'
import { readText } from '../readText.js'
import type { Budget } from './budget.js'
import { compileSource } from './compileSource.js'
import { evaluateAt } from './evaluateAt.js'
import { execute, type Importer } from './execute.js'
import { Fault, LANGUAGE } from './fault.js'
import { Interpreter } from './interpreter.js'
import { prepareSource } from './prepareSource.js'
import type { Source } from './source.js'
import { isStandard, standardMembers } from './standardModules.js'
import type { FromImport, Module, Statement } from './syntax.js'
import { PyClass, PyDict, PyList, PyModule, PyTuple, type Value } from './values.js'

/** What a config of the lazy-import style defines, and which of its names are imported: usable, but no part of the config. */
export interface LazyModule {
  readonly globals: Map<string, Value>
  readonly imported: ReadonlySet<string>
}

export interface LazyContext {
  readonly budget: Budget
  readonly environment: Environment
  /** The files on the way here, by their real names. */
  readonly chain: readonly string[]
}

/** Evaluates a config whose bases come in by `with read_base()`, and whose types are imported classes. */
export function evaluateLazy(module: Module, source: Source, context: LazyContext): LazyModule {
  const globals = new Map<string, Value>([['__file__', source.file]])
  const imported = new Set<string>()
  const interpreter = new Interpreter(globals, context.budget, { environment: context.environment, file: source.file })
  const importer = new LazyImporter(globals, imported, context.budget)
  evaluateAt(source, interpreter, () => {
    // Bases come first, wherever they stand.
    for (const statement of module.body)
      if (statement.kind === 'readBase') takeBases(statement.imports, globals, imported, source, interpreter, context)
    refuseNestedBases(module.body, interpreter)
    execute(module.body, interpreter, importer)
  })
  return { globals, imported }
}

function refuseNestedBases(body: readonly Statement[], interpreter: Interpreter): void {
  for (const statement of body) {
    const inner =
      statement.kind === 'if'
        ? [...statement.branches.flatMap((branch) => branch.body), ...statement.otherwise]
        : statement.kind === 'for'
          ? statement.body
          : []
    const nested = inner.find(({ kind }) => kind === 'readBase')
    if (nested !== undefined) {
      interpreter.at = nested
      throw new Fault('`with read_base()` stands at the top level only')
    }
    refuseNestedBases(inner, interpreter)
  }
}

function takeBases(
  imports: readonly FromImport[],
  globals: Map<string, Value>,
  imported: Set<string>,
  source: Source,
  interpreter: Interpreter,
  context: LazyContext,
): void {
  const bases = new Map<string, Map<string, Value>>()
  for (const statement of imports) {
    interpreter.at = statement
    const file = baseFile(statement, source.file)
    let base = bases.get(file)
    if (base === undefined) {
      const read = readLazyBase(file, source.file, context)
      for (const name of read.imported) imported.add(name)
      base = new Map([...read.globals].filter(([name]) => !name.startsWith('__')).map(([name, value]) => [name, asConfig(value)]))
      bases.set(file, base)
    }
    if (statement.names === '*') for (const [name, value] of base) globals.set(name, value)
    else {
      for (const { name, as } of statement.names) {
        const value = base.get(name)
        if (value === undefined)
          throw new Fault(`${basename(file)} defines no '${name}'`, { hint: `It defines ${[...base.keys()].slice(0, 20).join(', ')}.` })
        globals.set(as ?? name, value)
      }
    }
  }
}

function readLazyBase(file: string, askedBy: string, context: LazyContext): LazyModule {
  const real = realpathSync.native(file)
  if (context.chain.includes(real)) {
    throw new TesseraError('CONFIG_CYCLE', {
      what: `the bases lead back to this file: ${[...context.chain.slice(context.chain.indexOf(real)), real].join(' → ')}`,
      path: file,
    })
  }
  context.budget.file()
  const source = prepareSource(readText(file, statSync(file), true), file)
  const module = compileSource(source, true)
  if (module.style === 'base') {
    throw new TesseraError('CONFIG_SYNTAX', {
      what: `${askedBy} imports this file, which has bases by \`_base_\`: one chain has one style`,
      path: file,
      hint: 'Use `with read_base():` here as well.',
    })
  }
  return evaluateLazy(module, source, { ...context, chain: [...context.chain, real] })
}

/** `from ..a.b import …`: a file relative to this one; `from mmpretrain.configs.a import …`: one of the package that this file is part of. */
export function baseFile({ level, module }: FromImport, from: string): string {
  const path = `${module.replaceAll('.', '/')}.py`
  if (level > 0) {
    const file = join(dirname(from), ...Array<string>(level - 1).fill('..'), path)
    if (existsSync(file)) return file
    throw new Fault(`there is no base ${file}`, { code: 'CONFIG_NOT_FOUND' })
  }
  const root = module.split('.')[0] ?? ''
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(dirname(folder), path)
    if (basename(folder) === root && existsSync(file)) return file
  }
  throw new Fault(`the base ${module} is not found`, {
    code: 'CONFIG_NOT_FOUND',
    hint: `No folder '${root}' around ${from} has it; name it relative to this file (from ..x import *).`,
  })
}

/** A base hands out copies in which every dict is a ConfigDict. */
function asConfig(value: Value): Value {
  if (value instanceof PyList) return new PyList(value.items.map(asConfig))
  if (value instanceof PyTuple) return new PyTuple(value.items.map(asConfig))
  if (!(value instanceof PyDict)) return value
  const copy = new PyDict(true)
  for (const [key, child] of value.entries) copy.entries.set(key, asConfig(child))
  return copy
}

/** Imported names stand for themselves: `from mmpretrain.models import ResNet` binds the name mmpretrain.models.ResNet. */
export class LazyImporter implements Importer {
  constructor(
    private readonly globals: Map<string, Value>,
    private readonly imported: Set<string>,
    private readonly budget: Budget,
  ) {}

  importModules({ modules }: Extract<Statement, { kind: 'import' }>): void {
    for (const { name, as } of modules) {
      const bound = as ?? name.split('.')[0] ?? name
      this.imported.add(bound)
      this.globals.set(
        bound,
        isStandard(name) ? standardModule(as === undefined ? bound : name, this.budget) : new PyClass(as === undefined ? bound : name),
      )
    }
  }

  importNames({ level, module, names }: FromImport): void {
    if (names === '*') throw new Fault('`from … import *` is for bases', { hint: 'It stands in `with read_base():`.' })
    if (level > 0) throw new Fault('a relative import of a base stands in `with read_base():`', { hint: LANGUAGE })
    for (const { name, as } of names) {
      this.imported.add(as ?? name)
      this.globals.set(as ?? name, isStandard(module) ? standardMember(module, name, this.budget) : new PyClass(`${module}.${name}`))
    }
  }
}

function standardModule(name: string, budget: Budget): Value {
  if (name === 'os') return new PyModule('os', new Map([['path', standardModule('os.path', budget)]]))
  const members = standardMembers(name, budget)
  if (members !== undefined) return new PyModule(name, members)
  if (name.startsWith('mmengine.config')) return new PyClass(name)
  throw new Fault(`the module '${name}' is not available to a config`, {
    code: 'UNSUPPORTED',
    hint: `Of Python's library there is copy, math and os.path. ${LANGUAGE}`,
  })
}

function standardMember(module: string, name: string, budget: Budget): Value {
  if (module.startsWith('mmengine.config')) return new PyClass(`${module}.${name}`)
  if (module === 'os' && name === 'path') return standardModule('os.path', budget)
  const members = standardMembers(module, budget)
  const member = members?.get(name)
  if (member !== undefined) return member
  throw new Fault(`'${module}.${name}' is not available to a config`, {
    code: 'UNSUPPORTED',
    hint:
      members === undefined
        ? `Of Python's library there is copy, math and os.path. ${LANGUAGE}`
        : `Of ${module} there is ${[...members.keys()].join(', ')}.`,
  })
}
