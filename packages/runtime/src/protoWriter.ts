/** Fields of so many bytes are kept as they are, not copied. */
const LONG = 1024
const encoder = new TextEncoder()

/** A protobuf message in the making (https://protobuf.dev/programming-guides/encoding). */
export class ProtoWriter {
  private readonly done: Uint8Array[] = []
  private doneSize = 0
  private open = new Uint8Array(32)
  private used = 0

  /** The message, in pieces. */
  get chunks(): readonly Uint8Array[] {
    return this.used === 0 ? this.done : [...this.done, this.open.subarray(0, this.used)]
  }

  get size(): number {
    return this.doneSize + this.used
  }

  /** An integer, a boolean or an enum; negative ones as 64-bit two's complement. */
  int(field: number, value: number): this {
    return this.tag(field, 0).varint(value)
  }

  ints(field: number, values: readonly number[]): this {
    for (const value of values) this.int(field, value)
    return this
  }

  float(field: number, value: number): this {
    return this.tag(field, 5).append(new Uint8Array(Float32Array.of(value).buffer))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, 2).varint(value.byteLength).append(value)
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value))
  }

  message(field: number, value: ProtoWriter): this {
    this.tag(field, 2).varint(value.size)
    for (const chunk of value.chunks) this.append(chunk)
    return this
  }

  private tag(field: number, wireType: number): this {
    return this.varint((field << 3) | wireType)
  }

  private varint(value: number): this {
    this.reserve(10)
    if (value < 0 || value > 0x7fffffff) return this.longVarint(BigInt.asUintN(64, BigInt(value)))
    let rest = value
    for (; rest > 127; rest >>>= 7) this.open[this.used++] = (rest & 127) | 128
    this.open[this.used++] = rest
    return this
  }

  private longVarint(value: bigint): this {
    let rest = value
    for (; rest > 127n; rest >>= 7n) this.open[this.used++] = Number(rest & 127n) | 128
    this.open[this.used++] = Number(rest)
    return this
  }

  private append(bytes: Uint8Array): this {
    if (bytes.byteLength >= LONG) {
      this.done.push(this.open.subarray(0, this.used), bytes)
      this.doneSize += this.used + bytes.byteLength
      this.open = new Uint8Array(32)
      this.used = 0
      return this
    }
    this.reserve(bytes.byteLength)
    this.open.set(bytes, this.used)
    this.used += bytes.byteLength
    return this
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.open.length) return
    const grown = new Uint8Array(2 * (this.used + bytes))
    grown.set(this.open.subarray(0, this.used))
    this.open = grown
  }
}
