import * as v from 'valibot'
import { count, namedArchitecture } from '../backboneOptions.js'

/** An architecture of one's own: all four numbers. */
export const architectureSchema = v.strictObject({
  embed_dims: count,
  num_layers: count,
  num_heads: count,
  feedforward_channels: count,
})

export type Architecture = v.InferOutput<typeof architectureSchema>

/** Names, width, depth, heads, width of the feed-forward layers. */
export type ArchitectureRow = readonly [readonly string[], number, number, number, number]

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

/** @throws TesseraError INVALID_OPTIONS for a name that is not in the table */
export function architecture(arch: string | Architecture, path?: string): Architecture {
  return namedArchitecture('VisionTransformer', ARCHITECTURES, arch, path)
}

const ARCHITECTURES: ReadonlyMap<string, Architecture> = architectureTable(TABLE)

/** The rows of a table of transformers under each of their names. */
export function architectureTable(rows: readonly ArchitectureRow[]): ReadonlyMap<string, Architecture> {
  return new Map(
    rows.flatMap(([names, embedDims, numLayers, numHeads, feedforwardChannels]) => {
      const numbers = { embed_dims: embedDims, num_layers: numLayers, num_heads: numHeads, feedforward_channels: feedforwardChannels }
      return names.map((name): [string, Architecture] => [name, numbers])
    }),
  )
}
