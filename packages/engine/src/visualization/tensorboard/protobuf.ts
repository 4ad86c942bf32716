/** A field of a protobuf message, encoded; parts of a message stand one after the other. */
export type Part = Uint8Array

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** A message of its fields; an absent one is left out. */
export function message(...parts: readonly (Part | undefined)[]): Uint8Array {
  return Buffer.concat(parts.filter((part) => part !== undefined))
}

/** A whole number: int64, int32, bool or enum. Two's complement of 64 bits where it is negative, as protobuf has it. */
export function int(field: number, value: number | bigint): Part {
  return message(tag(field, WIRE.varint), varint(BigInt.asUintN(64, BigInt(value))))
}

export function double(field: number, value: number): Part {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value, true)
  return message(tag(field, WIRE.fixed64), bytes)
}

export function float(field: number, value: number): Part {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return message(tag(field, WIRE.fixed32), bytes)
}

/** A string, bytes or a message within the message. */
export function bytes(field: number, value: string | Uint8Array): Part {
  const data = typeof value === 'string' ? Buffer.from(value) : value
  return message(tag(field, WIRE.bytes), varint(BigInt(data.length)), data)
}

/** `repeated double` in its packed form. */
export function doubles(field: number, values: readonly number[]): Part {
  const data = new DataView(new ArrayBuffer(values.length * 8))
  for (const [index, value] of values.entries()) data.setFloat64(index * 8, value, true)
  return bytes(field, new Uint8Array(data.buffer))
}

function tag(field: number, wire: number): Part {
  return varint(BigInt(field * 8 + wire))
}

function varint(value: bigint): Uint8Array {
  const out: number[] = []
  let left = value
  while (left > 0x7fn) {
    out.push(Number(left & 0x7fn) | 0x80)
    left >>= 7n
  }
  out.push(Number(left))
  return Uint8Array.from(out)
}
