import { PickleError } from './pickleError.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const latin1 = new TextDecoder('latin1')

/** A cursor over pickle bytes: every length is compared with what is left, and with the frame it must lie in. */
export class PickleBytes {
  private frameEnd: number | undefined
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    return this.view.getUint8(this.advance(1))
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true)
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true)
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true)
  }

  u64(): number {
    const value = this.view.getBigUint64(this.advance(8), true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new PickleError(`a length of ${value} bytes`)
    return Number(value)
  }

  f64(): number {
    return this.view.getFloat64(this.advance(8))
  }

  take(length: number): Uint8Array {
    const start = this.advance(length)
    return this.bytes.subarray(start, start + length)
  }

  /** Strict UTF-8, but for lone surrogates: Python's 'surrogatepass' makes text of no use as a name, so it is refused. */
  utf8(length: number): string {
    return decodeUtf8(this.take(length))
  }

  /** Up to a newline, without it. */
  line(): Uint8Array {
    const limit = this.frameEnd ?? this.bytes.byteLength
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0 || end >= limit) throw new PickleError('a line without an end')
    const line = this.take(end - this.at)
    this.at++
    return line
  }

  asciiLine(): string {
    return latin1.decode(this.line())
  }

  utf8Line(): string {
    return decodeUtf8(this.line())
  }

  /** Protocol 4: the next `length` bytes are one frame, which no opcode may straddle. */
  frame(length: number): void {
    if (this.frameEnd !== undefined && this.at < this.frameEnd) throw new PickleError('a frame inside a frame')
    if (length > this.bytes.byteLength - this.at) throw new PickleError(`a frame of ${length} bytes in a shorter file`)
    this.frameEnd = this.at + length
  }

  /** The frame that STOP ends in must end there, too. */
  finish(): void {
    if (this.frameEnd !== undefined && this.at < this.frameEnd) throw new PickleError('a frame that goes on after STOP')
  }

  private advance(length: number): number {
    const start = this.at
    if (this.frameEnd !== undefined && start >= this.frameEnd) this.frameEnd = undefined
    if (length > (this.frameEnd ?? this.bytes.byteLength) - start) {
      if (this.frameEnd !== undefined) throw new PickleError('an opcode that straddles its frame')
      throw new PickleEnd(length)
    }
    this.at = start + length
    return start
  }
}

/** The bytes are over before the pickle is. */
export class PickleEnd extends PickleError {
  constructor(length: number) {
    super(`it ends inside an opcode that needs ${length} more bytes`)
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new PickleError('text that is not UTF-8')
  }
}
