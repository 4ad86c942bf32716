import { componentConfig, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { initCfgSchema, optionPath, type Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, indices, offset, rate } from '../backboneOptions.js'
import { GRAPH_CONVOLUTIONS } from './graphConv.js'

/** Options of both Vision GNNs. */
export const vigEntries = {
  in_channels: v.optional(count, 3),
  /** Neighbours of each place. */
  k: v.optional(count, 9),
  /** What is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Default GELU. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Of stem and graph convolutions; default BN. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** The graph convolutions have a bias. */
  graph_conv_bias: v.optional(v.boolean(), true),
  /** How a place learns from its neighbours. */
  graph_conv_type: v.optional(v.picklist(GRAPH_CONVOLUTIONS), 'mr'),
  /** How often `use_stochastic` draws. */
  epsilon: v.optional(rate, 0.2),
  /** In training, neighbours are sometimes any of the nearest `k` times dilation. */
  use_stochastic: v.optional(v.boolean(), false),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path: v.optional(rate, 0),
  /** Batch norms keep to their running statistics in training, too; the stem's do so always, as MMPreTrain's. */
  norm_eval: v.optional(v.boolean(), false),
  /** Freeze so many, from the first; 0: nothing. */
  frozen_stages: v.optional(offset, 0),
  init_cfg: initCfgSchema,
}

const sharedSchema = v.strictObject(vigEntries)
type Shared = v.InferOutput<typeof sharedSchema>

/** What its graphers are told, but for their place in the network. */
export function grapherOptions(options: Shared) {
  return {
    kind: options.graph_conv_type,
    actCfg: options.act_cfg ?? { type: 'GELU' },
    normCfg: options.norm_cfg ?? { type: 'BN' },
    bias: options.graph_conv_bias,
    stochastic: options.use_stochastic,
    epsilon: options.epsilon,
  }
}

/** @throws TesseraError INVALID_OPTIONS where a place has fewer others than it is to look among */
export function checkNeighbours(options: Shared, wanted: number, places: number): void {
  if (wanted <= places) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'there are fewer places than neighbours to look for',
    path: optionPath(options, 'k'),
    got: options.k,
    expected: `k times dilation of at most ${places}`,
  })
}

/**
 * The stem's map [batch, side, side, channels] with what is learnt of each place, [1, channels, side, side].
 * @throws TesseraError SHAPE_MISMATCH for images of another size than the position embedding's
 */
export function addPositions(map: tf.Tensor, posEmbed: Parameter, path: string): tf.Tensor {
  const [, rows, columns] = map.shape
  const side = posEmbed.shape[2]
  if (rows === side && columns === side) return tf.add(map, tf.transpose(posEmbed.variable, [0, 2, 3, 1]))
  throw new TesseraError('SHAPE_MISMATCH', {
    what: 'its positions are learnt for images of 224 pixels, as MMPreTrain’s are',
    path,
    got: `a map of ${rows}×${columns}`,
    expected: `${side}×${side}`,
  })
}
