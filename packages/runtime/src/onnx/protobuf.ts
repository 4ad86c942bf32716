/** A protobuf message in the making (https://protobuf.dev/programming-guides/encoding). Long fields are kept as they are, not copied. */
export class ProtoWriter {
  readonly chunks: Uint8Array[] = []
  size = 0

  /** An integer, a boolean or an enum; negative ones as 64-bit two's complement. */
  int(field: number, value: number): this {
    return this.tag(field, 0).varint(BigInt(value))
  }

  ints(field: number, values: readonly number[]): this {
    for (const value of values) this.int(field, value)
    return this
  }

  float(field: number, value: number): this {
    this.tag(field, 5)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.push(bytes)
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, 2).varint(BigInt(value.byteLength)).push(value)
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: ProtoWriter): this {
    this.tag(field, 2).varint(BigInt(value.size))
    for (const chunk of value.chunks) this.push(chunk)
    return this
  }

  private tag(field: number, wireType: number): this {
    return this.varint(BigInt((field << 3) | wireType))
  }

  private varint(value: bigint): this {
    const bytes: number[] = []
    let rest = BigInt.asUintN(64, value)
    do {
      const low = Number(rest & 127n)
      rest >>= 7n
      bytes.push(rest === 0n ? low : low | 128)
    } while (rest !== 0n)
    return this.push(Uint8Array.from(bytes))
  }

  private push(chunk: Uint8Array): this {
    this.chunks.push(chunk)
    this.size += chunk.byteLength
    return this
  }
}
