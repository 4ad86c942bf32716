import { suggest, TesseraError } from '@tessera/core'
import * as v from 'valibot'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** An architecture of one's own: all four numbers. */
export const architectureSchema = v.strictObject({
  embed_dims: count,
  num_layers: count,
  num_heads: count,
  feedforward_channels: count,
})

export type Architecture = v.InferOutput<typeof architectureSchema>

/** Names (short and long), width, depth, heads, width of the feed-forward layers. */
const TABLE = [
  [['s', 'small'], 768, 8, 8, 2304],
  [['b', 'base'], 768, 12, 12, 3072],
  [['l', 'large'], 1024, 24, 16, 4096],
  [['h', 'huge'], 1280, 32, 16, 5120],
  [['eva-g', 'eva-giant'], 1408, 40, 16, 6144],
  [['deit-t', 'deit-tiny'], 192, 12, 3, 768],
  [['deit-s', 'deit-small', 'dinov2-s', 'dinov2-small'], 384, 12, 6, 1536],
  [['deit-b', 'deit-base'], 768, 12, 12, 3072],
  [['dinov2-g', 'dinov2-giant'], 1536, 40, 24, 6144],
] as const

export type ArchitectureName = (typeof TABLE)[number][0][number]

/** Every name that `arch` takes. */
export const ARCHITECTURE_NAMES: readonly ArchitectureName[] = TABLE.flatMap(([names]) => [...names])

/** @throws TesseraError INVALID_OPTIONS for a name that is not in the table */
export function architecture(arch: string | Architecture, path = 'arch'): Architecture {
  if (typeof arch !== 'string') return arch
  const row = TABLE.find(([names]) => names.some((name) => name === arch.toLowerCase()))
  if (row === undefined) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'VisionTransformer has no such architecture',
      path,
      got: arch,
      expected: `one of ${ARCHITECTURE_NAMES.join(', ')}, or an object with embed_dims, num_layers, num_heads, feedforward_channels`,
      nearest: suggest(arch, ARCHITECTURE_NAMES),
    })
  }
  const [, embedDims, numLayers, numHeads, feedforwardChannels] = row
  return { embed_dims: embedDims, num_layers: numLayers, num_heads: numHeads, feedforward_channels: feedforwardChannels }
}
