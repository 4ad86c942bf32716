import { posix } from 'node:path'
import { define, int, text, variadic } from './arguments.js'
import type { Budget } from './budget.js'
import { Fault } from './fault.js'
import { unary } from './operators.js'
import { deepCopy, PyDict, type PyFunction, PyList, PyTuple, typeName, type Value } from './values.js'

/** What recipes use of Python's library, written anew: nothing is imported, and nothing here can reach the machine. */
export function standardMembers(module: string, budget: Budget): ReadonlyMap<string, Value> | undefined {
  switch (module) {
    case 'copy':
      return named([
        define('deepcopy', ['x'], (value = null) => {
          budget.copyOf(value)
          return deepCopy(value)
        }),
        define('copy', ['x'], (value = null) => shallowCopy(value, budget)),
      ])
    case 'math':
      return new Map<string, Value>([
        ['pi', Math.PI],
        ['e', Math.E],
        ['tau', 2 * Math.PI],
        ['inf', Infinity],
        ['nan', Number.NaN],
        ...named([
          ...(['sqrt', 'exp', 'log2', 'log10', 'sin', 'cos', 'tan'] as const).map((name) =>
            define(name, ['x'], (x = 0n) => checked(name, Math[name](real(x, name)))),
          ),
          define('log', ['x', 'base?'], (x = 0n, base) => {
            const logarithm = Math.log(real(x, 'log'))
            return checked('log', base === undefined ? logarithm : logarithm / Math.log(real(base, 'log')))
          }),
          define('pow', ['x', 'y'], (x = 0n, y = 0n) => checked('pow', real(x, 'pow') ** real(y, 'pow'))),
          define('fabs', ['x'], (x = 0n) => Math.abs(real(x, 'fabs'))),
          ...(['floor', 'ceil', 'trunc'] as const).map((name) =>
            define(name, ['x'], (x = 0n) => (typeof x === 'bigint' ? x : BigInt(checked(name, Math[name](real(x, name)))))),
          ),
        ]),
      ])
    case 'os.path':
      return named([
        variadic('join', (parts) => spend(parts.map((part) => text(part, 'join')).reduce(joinPath), budget)),
        define('basename', ['p'], (path) => text(path, 'basename').replace(/^.*\//s, '')),
        define('dirname', ['p'], (path) => directory(text(path, 'dirname'))),
        define('splitext', ['p'], (path) => {
          const whole = text(path, 'splitext')
          const extension = posix.extname(whole)
          return new PyTuple([whole.slice(0, whole.length - extension.length), extension])
        }),
      ])
  }
  return undefined
}

function named(functions: readonly PyFunction[]): Map<string, Value> {
  return new Map(functions.map((each) => [each.name, each]))
}

function shallowCopy(value: Value, budget: Budget): Value {
  budget.items(value instanceof PyDict ? value.entries.size : value instanceof PyList ? value.items.length : 0)
  if (value instanceof PyList) return new PyList([...value.items])
  if (!(value instanceof PyDict)) return value
  const copy = new PyDict(value.isConfig)
  for (const [key, child] of value.entries) copy.entries.set(key, child)
  return copy
}

function real(value: Value, name: string): number {
  return typeof value === 'number'
    ? value
    : typeof value === 'bigint' || typeof value === 'boolean'
      ? Number(int(unary('+', value), name))
      : refuse(value, name)
}

function refuse(value: Value, name: string): never {
  throw new Fault(`${name}() takes a number, not a ${typeName(value)}`)
}

function checked(name: string, result: number): number {
  if (Number.isFinite(result)) return result
  throw new Fault(`${name}() has no value there`)
}

function spend(result: string, budget: Budget): string {
  budget.characters(result.length)
  return result
}

/** As posixpath joins: an absolute part starts anew, and nothing is normalised. */
function joinPath(path: string, part: string): string {
  if (part.startsWith('/')) return part
  return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`
}

function directory(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

/** Names of Python's own library: a recipe that imports one of them is not in the lazy-import style for that. */
const STANDARD_LIBRARY = new Set(
  (
    '__future__ abc argparse array ast asyncio base64 bisect builtins calendar cmath collections contextlib copy csv ctypes dataclasses datetime decimal ' +
    'difflib enum errno fractions functools gc getpass glob gzip hashlib heapq html http importlib inspect io itertools json logging math ' +
    'multiprocessing numbers operator os pathlib pickle platform pprint queue random re shlex shutil signal socket sqlite3 stat statistics string ' +
    'struct subprocess sys tempfile textwrap threading time timeit tokenize traceback types typing unittest urllib uuid warnings weakref xml zipfile zlib'
  ).split(' '),
)

/** Whether MMEngine takes a module for one of Python's own; its own config module counts as one. */
export function isStandard(module: string): boolean {
  return module.startsWith('mmengine.config') || STANDARD_LIBRARY.has(module.split('.')[0] ?? '')
}
