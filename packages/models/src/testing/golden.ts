import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { readSafetensors, type StateDict, toFloat32 } from '@tessera/nn'

/** Reference numbers of the real MMPreTrain, copied into test-data; see its golden README for how each was made. */
export function goldenBytes(name: string): Uint8Array {
  return gunzipSync(readFileSync(fileURLToPath(new URL(`../../test-data/${name}.gz`, import.meta.url))))
}

export function goldenJson<T>(name: string): T {
  return JSON.parse(new TextDecoder().decode(goldenBytes(name))) as T
}

export function goldenTensors(name: string): StateDict {
  const { tensors } = readSafetensors(goldenBytes(name), name)
  return new Map([...tensors].map(([key, tensor]) => [key, { shape: tensor.shape, data: toFloat32(tensor) }]))
}

/** The largest |got − expected| relative to the largest |expected|, or to `floor` where that is more. */
export function relativeError(got: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-12): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY
  let difference = 0
  let scale = floor
  for (let i = 0; i < expected.length; i++) {
    const delta = Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? Number.NaN))
    difference = Number.isNaN(delta) ? Number.POSITIVE_INFINITY : Math.max(difference, delta)
    scale = Math.max(scale, Math.abs(expected[i] ?? 0))
  }
  return difference / scale
}
