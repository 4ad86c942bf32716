import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { Buffer, buildInitRules, buildModule, initCfgSchema, Linear, Module, normal, Parameter, Sequential, Tanh } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BEiTViT } from '../backbones/beitViT.js'
import { unitLength } from '../losses/reconstructionLoss.js'
import { Tokenizer } from './tokenizer.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Options of a BEiTViT that gives a feature map. */
  encoder_config: v.record(v.string(), v.unknown()),
  /** Training a tokenizer is not offered, and so there is no decoder. */
  decoder_config: v.nullish(v.never('Training a tokenizer is not offered: leave decoder_config out')),
  /** Words. */
  num_embed: v.optional(count, 8192),
  /** Width of a word's vector. */
  embed_dims: v.optional(count, 32),
  /** Of training; without effect. */
  decay: v.optional(v.number(), 0.99),
  /** Of training; without effect. */
  beta: v.optional(v.number(), 1),
  /** Of training; without effect. */
  quantize_kmeans_init: v.optional(v.boolean(), true),
  init_cfg: initCfgSchema,
})

interface VQKDConfig extends ConfigOf<'VQKD', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VQKD: VQKDConfig
  }
}

/**
 * BEiT v2's tokenizer: the nearest of a codebook's vectors, by angle (Peng et al. 2022, arXiv 2208.06366). It never changes: MMPreTrain's
 * moves its codebook while BEiT trains, which the paper's does not.
 */
@MODELS.registerModule()
export class VQKD extends Tokenizer {
  static readonly schema = schema
  private readonly encoder: BEiTViT
  private readonly codebook: Parameter
  private readonly task: Sequential

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    const { num_embed: words, embed_dims: width } = options
    this.encoder = this.registerModule('encoder', buildModule(builder, MODELS, { type: 'BEiTViT', ...options.encoder_config }, BEiTViT))
    const quantize = this.registerModule('quantize', new Named())
    quantize.registerBuffer('cluster_size', new Buffer([words]))
    const embedding = quantize.registerModule('embedding', new Named())
    this.codebook = embedding.registerParameter('weight', new Parameter([words, width], { init: normal(0, 1) }))
    embedding.registerBuffer('initted', new Buffer([1]))
    const dims = this.encoder.embedDims
    const layers = [new Linear(dims, dims), new Tanh(), new Linear(dims, width)]
    this.task = this.registerModule('encode_task_layer', new Sequential(new Map(layers.map((layer, i) => [String(i), layer]))))
    this.freeze()
  }

  override forward(images: tf.Tensor4D): tf.Tensor2D {
    const [map] = this.encoder.call(images) as [tf.Tensor4D]
    const [batch, rows, columns, dims] = map.shape
    const z = unitLength(this.task.call(tf.reshape(map, [batch * rows * columns, dims]))) as tf.Tensor2D
    const words = this.codebook.variable as tf.Tensor as tf.Tensor2D
    // |z|² is the same for all words.
    const distance = tf.sub(tf.sum(tf.square(words), 1), tf.mul(tf.matMul(z, words, false, true), 2))
    return tf.reshape(tf.argMin(distance, 1), [batch, rows * columns])
  }
}

/** Only a name for what stands below it. */
class Named extends Module {
  override forward(): never {
    throw new TypeError('a codebook is read by whoever holds it')
  }
}
