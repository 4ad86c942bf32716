import { TesseraError } from '../../errors.js'
import { mergeConfig } from '../mergeConfig.js'
import type { ConfigDict } from '../plainObject.js'
import type { ReadContext } from '../readContext.js'
import { Budget } from './budget.js'
import { type CompiledModule, compileSource } from './compileSource.js'
import { fromConfig, toConfig } from './convertValues.js'
import { evaluateAt } from './evaluateAt.js'
import { execute } from './execute.js'
import { Fault } from './fault.js'
import { Interpreter } from './interpreter.js'
import { evaluateLazy, LazyImporter } from './lazyModule.js'
import { patchBetween } from './patch.js'
import { prepareSource } from './prepareSource.js'
import type { Source } from './source.js'
import { PyClass, PyDict, PyFunction, PyModule, type Value } from './values.js'

/**
 * What a Python config says, in either of MMEngine's styles, with `_base_` where it has bases. The file is data: it is parsed and
 * evaluated by a small interpreter of the language that configs use, with bounded steps and memory; no code is imported or executed.
 * @throws TesseraError with file, line and column, and the line itself
 */
export async function readPythonConfig(text: string, file: string, context: ReadContext): Promise<ConfigDict> {
  const source = prepareSource(text, file)
  const module = compileSource(source, context.askedBy !== undefined)
  const budget = new Budget()
  if (module.style !== 'lazy') return readWithBaseFiles(module, source, budget, context)
  if (context.askedBy?.endsWith('.py') === true) {
    throw new TesseraError('CONFIG_SYNTAX', {
      what: `${context.askedBy} has this file as \`_base_\`, but it is written in the lazy-import style: one chain has one style`,
      path: file,
      hint: 'Import it by `with read_base():` there, or remove the imports here.',
    })
  }
  const { globals, imported } = evaluateLazy(module, source, { budget, environment: context.environment, chain: [file] })
  return variables(globals, budget, file, (name) => !imported.has(name))
}

/** What files say that depends on nothing but their text; a recipe's bases are read again by each of its kin. */
const constants = new WeakMap<CompiledModule, ConfigDict>()

async function readWithBaseFiles(module: CompiledModule, source: Source, budget: Budget, context: ReadContext): Promise<ConfigDict> {
  const known = constants.get(module)
  if (known !== undefined) return { ...known }
  const config = await evaluateWithBases(module, source, budget, context)
  if (!module.usesBase && !source.original.includes('{{')) constants.set(module, config)
  // The caller notes where its object comes from, and another file may have the same text.
  return { ...config }
}

async function evaluateWithBases(module: CompiledModule, source: Source, budget: Budget, context: ReadContext): Promise<ConfigDict> {
  const names = basesOf(module, source, budget, context)
  const list = Array.isArray(names) ? names : [names]
  const base: ConfigDict = {}
  if (module.usesBase) for (const name of list) if (typeof name === 'string') Object.assign(base, await context.readBase(name))
  const baseDict = module.usesBase ? fromConfig(base, '_base_') : undefined
  const globals = new Map<string, Value>()
  const interpreter = new Interpreter(globals, budget, {
    environment: context.environment,
    file: source.file,
    ...(baseDict instanceof PyDict ? { base: baseDict } : {}),
  })
  evaluateAt(source, interpreter, () => execute(module.body, interpreter, new LazyImporter(globals, new Set(), budget)))
  const own = variables(globals, budget, source.file, () => true)
  if (module.bases === undefined) return own
  if (!(baseDict instanceof PyDict)) return { _base_: names, ...own }
  // The file may have changed its bases: what it then says is the difference to what they are by themselves.
  const whole = mergeConfig(
    variables(baseDict.entries, budget, source.file, () => true),
    own,
  )
  const patch = patchBetween(base, whole)
  return patch === undefined ? whole : { _base_: names, ...patch }
}

/** What `_base_` is set to; it sees none of the file's variables, since bases are read first. */
function basesOf(module: CompiledModule, source: Source, budget: Budget, context: ReadContext): unknown {
  const { bases } = module
  if (bases === undefined) return []
  const interpreter = new Interpreter(new Map(), budget, { environment: context.environment, file: source.file })
  return toConfig(
    evaluateAt(source, interpreter, () => interpreter.evaluate(bases)),
    '_base_',
    budget,
  )
}

/** The config that variables make: modules, functions and names that start with `__` are no part of it. */
function variables(globals: ReadonlyMap<unknown, Value>, budget: Budget, file: string, isOurs: (name: string) => boolean): ConfigDict {
  const dict = new PyDict()
  for (const [name, value] of globals) {
    if (typeof name !== 'string' || name.startsWith('__') || !isOurs(name)) continue
    if (value instanceof PyFunction || value instanceof PyModule || (value instanceof PyClass && value.path.startsWith('mmengine.config')))
      continue
    dict.entries.set(name, value)
  }
  try {
    return toConfig(dict, '', budget) as ConfigDict
  } catch (error) {
    throw inFile(error, file)
  }
}

/** Values are converted when all is evaluated: their errors know the key, and not the line. */
function inFile(error: unknown, file: string): unknown {
  if (error instanceof Fault) return new TesseraError(error.code, { what: error.message, path: file, hint: error.hint })
  if (!(error instanceof TesseraError)) return error
  return new TesseraError(error.code, { ...error.details, path: `${file}: ${error.details.path ?? ''}` })
}
