/**
 * An int32 for the k-th draw under a seed. For one seed it is a bijection of k (the finalizer of MurmurHash3, public domain), so no
 * two draws of a step ever share a stream; seeds may be any safe integer.
 */
export function mixSeed(seed: number, k: number): number {
  const low = finalize(seed >>> 0)
  const high = finalize(Math.floor(seed / 2 ** 32) ^ 0x5bd1e995)
  return finalize((k + finalize(low ^ high)) | 0) | 0
}

function finalize(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
