import { existsSync } from 'node:fs'
import path from 'node:path'
import { type ConfigChange, compareConfigs } from '@tessera/core'
import { type StateDict, toFloat32 } from '@tessera/nn'
import { MANIFEST } from './manifest.js'
import { openCheckpointWeights, readCheckpoint } from './readCheckpoint.js'

export interface TensorDifference {
  readonly name: string
  readonly kind: 'only in the first' | 'only in the second' | 'shape' | 'values'
  /** Largest absolute difference, NaN against a number counting as infinite; for `values` only. */
  readonly largest?: number
  readonly detail?: string
}

export interface CheckpointDifference {
  readonly tensors: readonly TensorDifference[]
  /** Config and counters that differ; empty for plain weight files. */
  readonly facts: readonly ConfigChange[]
  /** Tensors of the same name and the same bits. */
  readonly equal: number
}

/** How two checkpoints (or files of weights) differ: weights, average, optimizer, counters and config. */
export function diffCheckpoints(first: string, second: string): CheckpointDifference {
  const [a, b] = [contentOf(first), contentOf(second)]
  const names = new Set([...a.tensors.keys(), ...b.tensors.keys()])
  const tensors = [...names].flatMap((name) => differenceOf(name, a.tensors.get(name), b.tensors.get(name)) ?? [])
  return { tensors, facts: compareConfigs(a.facts, b.facts), equal: names.size - tensors.length }
}

function contentOf(place: string): { tensors: StateDict; facts: object } {
  if (!existsSync(path.join(place, MANIFEST))) return { tensors: weightsOf(place), facts: {} }
  const { meta, model, ema, optimizer } = readCheckpoint(place)
  const { epoch, iter, batch, seed, versions, git, config } = meta
  const prefixed = (prefix: string, state: StateDict | undefined) =>
    [...(state ?? [])].map(([name, value]) => [prefix + name, value] as const)
  return {
    tensors: new Map([...prefixed('', model), ...prefixed('ema.', ema?.state), ...prefixed('optimizer.', new Map(optimizer?.tensors))]),
    facts: { epoch, iter, batch, seed, versions, git, config, optimizer: optimizer?.json },
  }
}

function weightsOf(place: string): StateDict {
  const file = openCheckpointWeights(place)
  try {
    return new Map([...file.entries].map(([name, { shape }]) => [name, { shape, data: toFloat32(file.read(name)) }]))
  } finally {
    file.close()
  }
}

type Value = { readonly shape: readonly number[]; readonly data: Float32Array } | undefined

function differenceOf(name: string, first: Value, second: Value): TensorDifference | undefined {
  if (first === undefined) return { name, kind: 'only in the second' }
  if (second === undefined) return { name, kind: 'only in the first' }
  if (first.shape.join() !== second.shape.join())
    return { name, kind: 'shape', detail: `[${first.shape.join()}] against [${second.shape.join()}]` }
  let largest = 0
  let isEqual = true
  for (const [index, value] of first.data.entries()) {
    const other = second.data[index] ?? Number.NaN
    if (Object.is(value, other)) continue
    isEqual = false
    const distance = Math.abs(value - other)
    largest = Math.max(largest, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance)
  }
  return isEqual ? undefined : { name, kind: 'values', largest }
}
