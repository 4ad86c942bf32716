import { PickleError } from './pickleError.js'
import { PyDict, PyGlobal, PyList, PyRecord, PySet, PyTuple, type PyValue } from './pyValue.js'

/** Turns the arguments of a known class or function into a value of ours. Data to data: it may not call what the pickle names. */
export type Maker = (args: readonly PyValue[]) => PyValue

/** The closed table of names that mean something. Exact names only: no dotted path leads further from one of them. */
export class KnownGlobals {
  private readonly makers: ReadonlyMap<string, Maker | null>

  /** @param makers by `module name`; null for names that are only ever referred to (a dtype) */
  constructor(...makers: Readonly<Record<string, Maker | null>>[]) {
    this.makers = new Map(makers.flatMap((table) => Object.entries(table)))
  }

  has(global: PyGlobal): boolean {
    return this.makers.has(`${global.module} ${global.name}`)
  }

  /** @returns undefined for a name that is not in the table */
  make(global: PyGlobal, args: readonly PyValue[]): PyValue | undefined {
    const maker = this.makers.get(`${global.module} ${global.name}`)
    return maker === undefined || maker === null ? undefined : maker(args)
  }
}

/** Python's own containers, and how old protocols spell them. */
export const PYTHON_GLOBALS: Readonly<Record<string, Maker | null>> = {
  'collections OrderedDict': makeDict,
  'collections defaultdict': ([, items]) => makeDict(items === undefined ? [] : [items]),
  'collections Counter': makeDict,
  ...both('set', (args) => makeSet(args, false)),
  ...both('frozenset', (args) => makeSet(args, true)),
  ...both('list', ([items]) => listOf(itemsOf(items))),
  ...both('dict', makeDict),
  ...both('tuple', ([items]) => new PyTuple(itemsOf(items))),
  ...both('bytearray', ([content]) => (content instanceof Uint8Array ? content : fail('bytearray'))),
  ...both('object', () => fail('object')),
  '_codecs encode': ([text, encoding]) => {
    if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return fail('_codecs.encode')
    return Uint8Array.from(text, (char) => {
      const code = char.codePointAt(0) ?? 0
      return code > 0xff ? fail('_codecs.encode') : code
    })
  },
  // How protocols 0 and 1 make an object: its class, and the base it starts from.
  'copy_reg _reconstructor': reconstruct,
  'copyreg _reconstructor': reconstruct,
}

function both(name: string, maker: Maker): Record<string, Maker> {
  return { [`builtins ${name}`]: maker, [`__builtin__ ${name}`]: maker }
}

function reconstruct(args: readonly PyValue[]): PyValue {
  const [global] = args
  return global instanceof PyGlobal ? new PyRecord(global, new PyTuple(args.slice(1))) : fail('copyreg._reconstructor')
}

function makeDict(args: readonly PyValue[]): PyDict {
  const dict = new PyDict()
  const [items] = args
  if (items === undefined) return dict
  if (items instanceof PyDict) for (const [key, value] of items) dict.set(key, value)
  else
    for (const pair of itemsOf(items)) {
      const [key, value] = itemsOf(pair)
      if (key === undefined || value === undefined || typeof key === 'object') return fail('a dict')
      dict.set(key, value)
    }
  return dict
}

function makeSet([items]: readonly PyValue[], isFrozen: boolean): PySet {
  const set = new PySet(isFrozen)
  for (const item of items === undefined ? [] : itemsOf(items)) {
    if (item instanceof PyList || item instanceof PyDict) return fail('a set')
    set.add(item)
  }
  return set
}

function itemsOf(value: PyValue | undefined): readonly PyValue[] {
  return value instanceof PyList || value instanceof PyTuple ? value.items : value === undefined ? [] : fail('a container')
}

function listOf(items: readonly PyValue[]): PyList {
  const list = new PyList()
  for (const item of items) list.items.push(item)
  return list
}

function fail(what: string): never {
  throw new PickleError(`${what} is made from arguments that it never has`)
}
