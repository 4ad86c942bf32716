import type { KnownGlobals } from './knownGlobals.js'
import { PickleBytes } from './pickleBytes.js'
import { PickleError } from './pickleError.js'
import { isUnhashable, PyDict, PyGlobal, PyList, PyOpaque, PyRecord, PySet, PyTuple, type PyValue } from './pyValue.js'
import { integerOf, parseFloatText, parseInteger, parseQuoted, parseRawUnicode } from './textLiterals.js'

/** Real checkpoints need some 10,000: what goes on for longer is made to. */
const MAX_OPCODES = 2_000_000
const MAX_NAME = 1000
const HIGHEST_PROTOCOL = 5

export interface UnpickleOptions {
  /** What the persistent id of BINPERSID stands for; without it, such an opcode is an error. */
  readonly persistent?: (id: PyValue) => PyValue
  readonly known: KnownGlobals
  /** Called for every global that is not known. */
  readonly onUnknown?: (global: PyGlobal) => void
}

export interface Unpickled {
  readonly value: PyValue
  /** Where the pickle ends. */
  readonly end: number
}

/**
 * Reads one pickle (protocols 0 to 5) as data. The machine has Python's 68 opcodes and calls nothing: a known global turns its arguments
 * into a value of ours, an unknown one becomes an inert record of its name and arguments.
 * @throws PickleError for bytes that Python would not write
 */
export function unpickle(bytes: Uint8Array, start: number, options: UnpickleOptions): Unpickled {
  const machine = new Machine(new PickleBytes(bytes, start), options)
  for (let count = 0; ; count++) {
    if (count === MAX_OPCODES) throw new PickleError(`more than ${MAX_OPCODES} opcodes`)
    if (machine.step()) return machine.result()
  }
}

class Machine {
  private stack: PyValue[] = []
  /** Stacks below each MARK. */
  private readonly below: PyValue[][] = []
  private readonly memo = new Map<number, PyValue>()

  constructor(
    private readonly bytes: PickleBytes,
    private readonly options: UnpickleOptions,
  ) {}

  result(): Unpickled {
    this.bytes.finish()
    if (this.stack.length !== 1 || this.below.length > 0) throw new PickleError('it stops with more or less than one value')
    return { value: this.pop(), end: this.bytes.at }
  }

  /** Runs one opcode. @returns whether it was STOP */
  step(): boolean {
    const { bytes } = this
    const at = bytes.at
    const opcode = bytes.u8()
    switch (String.fromCharCode(opcode)) {
      case '.':
        return true
      // Values
      case 'N':
        this.push(null)
        break
      case '\x88':
        this.push(true)
        break
      case '\x89':
        this.push(false)
        break
      case 'I':
      case 'L':
        this.push(parseInteger(bytes.asciiLine()))
        break
      case 'J':
        this.push(bytes.i32())
        break
      case 'K':
        this.push(bytes.u8())
        break
      case 'M':
        this.push(bytes.u16())
        break
      case '\x8a':
        this.push(integerOf(bytes.take(bytes.u8())))
        break
      case '\x8b':
        this.push(integerOf(bytes.take(this.signedLength())))
        break
      case 'F':
        this.push(parseFloatText(bytes.asciiLine()))
        break
      case 'G':
        this.push(bytes.f64())
        break
      case 'S':
        this.push(parseQuoted(bytes.asciiLine()))
        break
      case 'T':
        this.push(textOrBytes(bytes.take(this.signedLength())))
        break
      case 'U':
        this.push(textOrBytes(bytes.take(bytes.u8())))
        break
      case 'V':
        this.push(parseRawUnicode(bytes.asciiLine()))
        break
      case 'X':
        this.push(bytes.utf8(bytes.u32()))
        break
      case '\x8c':
        this.push(bytes.utf8(bytes.u8()))
        break
      case '\x8d':
        this.push(bytes.utf8(bytes.u64()))
        break
      case 'B':
        this.push(bytes.take(bytes.u32()))
        break
      case 'C':
        this.push(bytes.take(bytes.u8()))
        break
      case '\x8e':
      case '\x96':
        this.push(bytes.take(bytes.u64()))
        break
      // Containers
      case ')':
        this.push(new PyTuple([]))
        break
      case 't':
        this.push(new PyTuple(this.popMark()))
        break
      case '\x85':
        this.push(new PyTuple([this.pop()]))
        break
      case '\x86':
        this.pushTuple(2)
        break
      case '\x87':
        this.pushTuple(3)
        break
      case ']':
        this.push(new PyList())
        break
      case 'l': {
        const list = new PyList()
        for (const item of this.popMark()) list.items.push(item)
        this.push(list)
        break
      }
      case 'a': {
        const item = this.pop()
        this.append([item])
        break
      }
      case 'e':
        this.append(this.popMark())
        break
      case '}':
        this.push(new PyDict())
        break
      case 'd': {
        const items = this.popMark()
        this.push(new PyDict())
        this.setItems(items)
        break
      }
      case 's': {
        const value = this.pop()
        const key = this.pop()
        this.setItems([key, value])
        break
      }
      case 'u':
        this.setItems(this.popMark())
        break
      case '\x8f':
        this.push(new PySet(false))
        break
      case '\x90':
        this.addItems(this.popMark())
        break
      case '\x91': {
        const set = new PySet(true)
        for (const item of this.popMark()) set.add(hashable(item))
        this.push(set)
        break
      }
      // Stack and memo
      case '0':
        if (this.stack.length > 0) this.pop()
        else this.popMark()
        break
      case '1':
        this.popMark()
        break
      case '2':
        this.push(this.top())
        break
      case '(':
        this.below.push(this.stack)
        this.stack = []
        break
      case 'p':
        this.memo.set(this.memoIndex(bytes.asciiLine()), this.top())
        break
      case 'q':
        this.memo.set(bytes.u8(), this.top())
        break
      case 'r':
        this.memo.set(bytes.u32(), this.top())
        break
      case '\x94':
        this.memo.set(this.memo.size, this.top())
        break
      case 'g':
        this.get(this.memoIndex(bytes.asciiLine()))
        break
      case 'h':
        this.get(bytes.u8())
        break
      case 'j':
        this.get(bytes.u32())
        break
      // Objects
      case 'c': {
        const module = bytes.utf8Line()
        this.push(this.global(module, bytes.utf8Line()))
        break
      }
      case '\x93': {
        const name = this.pop()
        this.push(this.global(this.pop(), name))
        break
      }
      case 'i': {
        const module = bytes.utf8Line()
        const global = this.global(module, bytes.utf8Line())
        this.push(this.make(global, new PyTuple(this.popMark())))
        break
      }
      case 'o': {
        const [target, ...args] = this.popMark()
        this.push(this.make(target ?? null, new PyTuple(args)))
        break
      }
      case 'R':
      case '\x81': {
        const args = this.pop()
        this.push(this.make(this.pop(), args))
        break
      }
      case '\x92': {
        const kwargs = this.pop()
        const args = this.pop()
        if (!(kwargs instanceof PyDict)) throw new PickleError('keyword arguments that are no dict')
        this.push(this.make(this.pop(), args, kwargs))
        break
      }
      case 'b': {
        const state = this.pop()
        this.build(this.top(), state)
        break
      }
      case 'P':
        this.push(this.persistent(bytes.asciiLine()))
        break
      case 'Q':
        this.push(this.persistent(this.pop()))
        break
      // Framing
      case '\x80': {
        const version = bytes.u8()
        if (version > HIGHEST_PROTOCOL) throw new PickleError(`protocol ${version}, and 5 is the highest there is`)
        break
      }
      case '\x95':
        bytes.frame(bytes.u64())
        break
      case '\x82':
      case '\x83':
      case '\x84':
        throw new PickleError('a code of the extension registry, which belongs to the process that wrote it')
      case '\x97':
      case '\x98':
        throw new PickleError('a buffer that stands outside the pickle')
      default:
        throw new PickleError(`no opcode: byte 0x${opcode.toString(16).padStart(2, '0')} at ${at}`)
    }
    return false
  }

  private push(value: PyValue): void {
    this.stack.push(value)
  }

  private pop(): PyValue {
    const value = this.stack.pop()
    if (value === undefined) throw new PickleError('it takes a value from an empty stack')
    return value
  }

  private top(): PyValue {
    const value = this.stack.at(-1)
    if (value === undefined) throw new PickleError('it needs a value on an empty stack')
    return value
  }

  private popMark(): PyValue[] {
    const items = this.stack
    const before = this.below.pop()
    if (before === undefined) throw new PickleError('a mark is missing')
    this.stack = before
    return items
  }

  private pushTuple(count: number): void {
    if (this.stack.length < count) throw new PickleError('it takes a value from an empty stack')
    this.push(new PyTuple(this.stack.splice(-count)))
  }

  private get(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw new PickleError(`nothing was stored as ${index}`)
    this.push(value)
  }

  private memoIndex(text: string): number {
    const index = parseInteger(text)
    if (typeof index !== 'number' || index < 0) throw new PickleError(`no place to store: '${text.slice(0, 40)}'`)
    return index
  }

  private signedLength(): number {
    const length = this.bytes.i32()
    if (length < 0) throw new PickleError('a negative length')
    return length
  }

  private global(module: PyValue, name: PyValue): PyGlobal {
    if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('a global whose name is no text')
    if (module.length > MAX_NAME || name.length > MAX_NAME) throw new PickleError('a global with an endless name')
    const global = new PyGlobal(module, name)
    if (!this.options.known.has(global)) this.options.onUnknown?.(global)
    return global
  }

  private make(target: PyValue, args: PyValue, kwargs: PyValue = null): PyValue {
    if (!(target instanceof PyGlobal)) throw new PickleError('it calls what is no class or function')
    if (!(args instanceof PyTuple)) throw new PickleError(`it calls ${target.path} with something else than a tuple`)
    const made = kwargs === null ? this.options.known.make(target, args.items) : undefined
    return made === undefined ? new PyRecord(target, args, kwargs) : made
  }

  private build(target: PyValue, state: PyValue): void {
    if (target instanceof PyRecord) target.state = state
    else if (target instanceof PyDict) target.attributes = state
    else if (!(target instanceof PyOpaque) || !target.build(state)) throw new PickleError(`it sets state on ${kindOf(target)}`)
  }

  private append(items: readonly PyValue[]): void {
    const target = this.top()
    if (!(target instanceof PyList || target instanceof PyRecord)) throw new PickleError(`it appends to ${kindOf(target)}`)
    for (const item of items) target.items.push(item)
  }

  private setItems(items: readonly PyValue[]): void {
    const target = this.top()
    if (!(target instanceof PyDict || target instanceof PyRecord)) throw new PickleError(`it sets items of ${kindOf(target)}`)
    if (items.length % 2 !== 0) throw new PickleError('a key without a value')
    for (let i = 0; i < items.length; i += 2) {
      const key = hashable(items[i] ?? null)
      const value = items[i + 1] ?? null
      if (target instanceof PyDict) target.set(key, value)
      else target.entries.push([key, value])
    }
  }

  private addItems(items: readonly PyValue[]): void {
    const target = this.top()
    if (target instanceof PySet && !target.isFrozen) for (const item of items) target.add(hashable(item))
    else if (target instanceof PyRecord) for (const item of items) target.items.push(item)
    else throw new PickleError(`it adds to ${kindOf(target)}`)
  }

  private persistent(id: PyValue): PyValue {
    if (this.options.persistent === undefined) throw new PickleError('a reference to something outside the pickle')
    return this.options.persistent(id)
  }
}

function hashable(value: PyValue): PyValue {
  if (isUnhashable(value)) throw new PickleError(`${kindOf(value)} as a key`)
  return value
}

// Python 2 wrote text and bytes with the same opcodes.
function textOrBytes(bytes: Uint8Array): PyValue {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}

/** A value's kind, for messages. */
export function kindOf(value: PyValue): string {
  if (value === null) return 'None'
  if (value instanceof PyRecord) return `an object of ${value.global.path}`
  if (value instanceof PyGlobal) return `the global ${value.path}`
  if (typeof value !== 'object') return `a ${typeof value}`
  if (value instanceof PyList) return 'a list'
  if (value instanceof PyTuple) return 'a tuple'
  if (value instanceof PyDict) return 'a dict'
  if (value instanceof PySet) return 'a set'
  if (value instanceof PyOpaque) return 'a tensor or storage'
  return 'bytes'
}
