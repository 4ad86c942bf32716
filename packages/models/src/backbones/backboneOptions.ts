import { suggest, TesseraError } from '@tessera/core'
import { BatchNorm2d, type initCfgSchema, type Module, optionPath, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'

/** Options that many backbones share, under MMPreTrain's names. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(1))
export const pair = v.union([count, v.tuple([count, count])])
export const rate = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
export const offset = v.pipe(v.number(), v.integer(), v.minValue(0))

const index = v.pipe(v.number(), v.integer())
/** Blocks or stages whose output is returned; negative counts from the end. */
export const indices = v.union([index, v.array(index)])
/** How many stages are frozen; what −1 and 0 mean is the backbone's affair. */
export const frozenStages = v.pipe(v.number(), v.integer(), v.minValue(-1))

/** Activation checkpointing saves memory by computing twice. It is not offered here, and saying so beats ignoring the switch. */
export const noCheckpointing = v.optional(v.literal(false, 'Activation checkpointing is not offered: leave it off'))

/** A convolution is a convolution here: deformable and other kinds of `conv_cfg` are not offered. */
export const convCfg = v.nullish(v.strictObject({ type: v.optional(v.picklist(['Conv2d', 'Conv'])) }))

/**
 * `reference` gives the depths that MMPreTrain gives, its slips included; `strict` what layer-wise decay means: everything that stands at the
 * input is at depth 0, every block counts, and no architecture is refused.
 */
export const layerDepthMode = v.optional(v.picklist(['reference', 'strict']), 'reference')
export type LayerDepthMode = v.InferOutput<typeof layerDepthMode>

/** The name of an architecture: any string passes, for `namedArchitecture` says which is near. */
export function archName<TName extends string>() {
  return v.custom<TName>((value) => typeof value === 'string', 'Expected the name of an architecture')
}

/**
 * The architecture of this name, or the object that was given instead of one. Names count in any case, as MMPreTrain's.
 * @throws TesseraError INVALID_OPTIONS for an unknown name
 */
export function namedArchitecture<T extends object>(backbone: string, table: ReadonlyMap<string, T>, arch: string | T, path = 'arch'): T {
  if (typeof arch !== 'string') return arch
  const found = table.get(arch) ?? table.get(arch.toLowerCase())
  if (found !== undefined) return found
  const names = [...table.keys()]
  throw new TesseraError('INVALID_OPTIONS', {
    what: `${backbone} has no such architecture`,
    path,
    got: arch,
    expected: `one of ${names.join(', ')}, or an object with the numbers`,
    nearest: suggest(arch, names),
  })
}

/** The outputs asked for, counted from 0, each once, in order. */
export function resolveIndices(outIndices: number | readonly number[], length: number, path = 'out_indices'): number[] {
  return [...new Set([outIndices].flat())].map((one: number) => {
    const resolved = one < 0 ? length + one : one
    if (resolved >= 0 && resolved < length) return resolved
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'the backbone has no such output',
      path,
      got: one,
      expected: `${-length} to ${length - 1}`,
    })
  })
}

/** @throws TesseraError INVALID_OPTIONS when more is to be frozen than there is */
export function checkFrozenStages(stages: number, length: number, path = 'frozen_stages'): void {
  if (stages <= length) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'more stages are to be frozen than there are',
    path,
    got: stages,
    expected: `at most ${length}`,
  })
}

/**
 * Stochastic depth that grows evenly from 0 at the first block to `last` at the last.
 * @param blocks how many there are, in all or a stage
 */
export function dropPathRates(last: number, blocks: number | readonly number[]): number[] {
  const length = [blocks].flat().reduce((sum, count) => sum + count, 0)
  return Array.from({ length }, (_, i) => (length === 1 ? 0 : (last * i) / (length - 1)))
}

type InitCfg = v.InferOutput<typeof initCfgSchema>

/** He's start for convolutions, ones for norms: MMPreTrain's default `init_cfg` of its convolutional networks. */
export const CONV_INIT = [
  { type: 'Kaiming', layer: ['Conv2d'] },
  { type: 'Constant', val: 1, layer: ['_BatchNorm', 'GroupNorm'] },
] as const

/** The config's `init_cfg`, or the backbone's own where it says nothing; null in a config means none. */
export function initCfgOr(given: InitCfg, fallback: readonly object[]): InitCfg {
  return given === undefined ? ([...fallback] as InitCfg) : given
}

/** @throws TesseraError INVALID_OPTIONS when an output or a frozen stage does not exist; stages count from 0 */
export function checkIndices(options: { out_indices: readonly number[]; frozen_stages: number }, length: number): void {
  resolveIndices(options.out_indices, length, optionPath(options, 'out_indices'))
  checkFrozenStages(options.frozen_stages, length - 1, optionPath(options, 'frozen_stages'))
}

/** `norm_eval`: the batch norms below keep to their running statistics in training, too. */
export function keepStatistics(module: Module): void {
  for (const [, below] of module.namedModules()) if (below instanceof BatchNorm2d) below.evalOnly = true
}

/** One stage after the other, up to the last one wanted; the outputs of those wanted. */
export function runStages(inputs: tf.Tensor, stages: readonly TensorModule[], wanted: readonly number[]): tf.Tensor[] {
  const outputs: tf.Tensor[] = []
  let x = inputs
  for (const [index, stage] of stages.slice(0, Math.max(...wanted) + 1).entries()) {
    x = stage.call(x)
    if (wanted.includes(index)) outputs.push(x)
  }
  return outputs
}
