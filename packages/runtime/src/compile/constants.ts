/** A tensor's values as a graph holds them: bytes, or one number where all are equal (zeros of a missing gradient can be large). */
export function constantContent(values: Float32Array | Int32Array | Uint8Array): Uint8Array | number {
  const [first] = values
  if (first !== undefined && values.length > 1 && isUniform(values, first)) return first
  // A copy in this realm: the addon's arrays may come from another.
  const bytes = new Uint8Array(values.byteLength)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return bytes
}

function isUniform(values: Float32Array | Int32Array | Uint8Array, first: number): boolean {
  // NaN equals nothing, and −0 would become 0.
  if (Object.is(first, -0)) return false
  for (let index = 1; index < values.length; index++) if (values[index] !== first || Object.is(values[index], -0)) return false
  return true
}
