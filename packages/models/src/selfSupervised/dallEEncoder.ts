import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildInitRules, Identity, initCfgSchema, Module, normal, Parameter, TensorModule, zeros } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Tokenizer } from './tokenizer.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** As in the reference it only scales the blocks: there are always four groups. */
  group_count: v.optional(count, 4),
  /** Width of the first group. */
  n_hid: v.optional(count, 256),
  /** Blocks of a group. */
  n_blk_per_group: v.optional(count, 2),
  /** Channels of the images. */
  input_channels: v.optional(count, 3),
  /** Words. */
  vocab_size: v.optional(count, 8192),
  /** Accepted for PyTorch's recipes, without effect. */
  device: v.nullish(v.string()),
  /** A tokenizer is not trained. */
  requires_grad: v.optional(v.literal(false), false),
  init_cfg: initCfgSchema,
})

interface DallEConfig extends ConfigOf<'DALL-E', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    'DALL-E': DallEConfig
  }
}

/** The encoder of DALL-E's discrete autoencoder (Ramesh et al. 2021, arXiv 2102.12092): one of 8192 words for each 8×8 pixels. */
@MODELS.registerModule({ name: 'DALL-E' })
export class DALLEEncoder extends Tokenizer {
  static readonly schema = schema
  private readonly steps: readonly TensorModule[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    const { n_hid: width, n_blk_per_group: perGroup, group_count: groups } = options
    const gain = 1 / (groups * perGroup) ** 2
    const blocks = this.registerModule('blocks', new Group())
    const steps: TensorModule[] = [blocks.registerModule('input', new Convolution(options.input_channels, width, 7))]
    let channels = width
    for (let group = 1; group <= 4; group++) {
      const own = blocks.registerModule(`group_${group}`, new Group())
      const wide = width * 2 ** (group - 1)
      for (let i = 1; i <= perGroup; i++) {
        steps.push(own.registerModule(`block_${i}`, new EncoderBlock(channels, wide, gain)))
        channels = wide
      }
      if (group < 4) steps.push(new Halving())
    }
    const output = blocks.registerModule('output', new Group())
    this.steps = [...steps, new Rectified(output.registerModule('conv', new Convolution(channels, options.vocab_size, 1)))]
    this.freeze()
  }

  override forward(images: tf.Tensor4D): tf.Tensor2D {
    const words = tf.argMax(this.logits(images), -1)
    return tf.reshape(words, [images.shape[0], -1])
  }

  /** [batch, rows, columns, words]. */
  logits(images: tf.Tensor4D): tf.Tensor4D {
    return this.steps.reduce((x: tf.Tensor, step) => step.call(x), images) as tf.Tensor4D
  }
}

/** Only a name for what stands below it. */
class Group extends Module {
  override forward(): never {
    throw new TypeError('a group is run by whoever holds it')
  }
}

/** Stride 1, as many places as before; DALL-E calls its parameters `w` and `b`. */
class Convolution extends TensorModule {
  private readonly w: Parameter
  private readonly b: Parameter

  constructor(inputs: number, outputs: number, side: number) {
    super()
    const init = normal(0, 1 / Math.sqrt(inputs * side ** 2))
    this.w = this.registerParameter('w', new Parameter([outputs, inputs, side, side], { layout: 'conv2d', init }))
    this.b = this.registerParameter('b', new Parameter([outputs], { init: zeros }))
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.conv2d(x as tf.Tensor4D, this.w.variable as tf.Tensor as tf.Tensor4D, 1, 'same'), this.b.variable)
  }
}

class EncoderBlock extends TensorModule {
  private readonly shortcut: TensorModule
  private readonly convolutions: readonly Convolution[]

  constructor(
    inputs: number,
    outputs: number,
    private readonly gain: number,
  ) {
    super()
    const hidden = Math.floor(outputs / 4)
    this.shortcut = this.registerModule('id_path', inputs === outputs ? new Identity() : new Convolution(inputs, outputs, 1))
    const path = this.registerModule('res_path', new Group())
    const sizes = [
      [inputs, hidden, 3],
      [hidden, hidden, 3],
      [hidden, hidden, 3],
      [hidden, outputs, 1],
    ] as const
    this.convolutions = sizes.map(([from, to, side], i) => path.registerModule(`conv_${i + 1}`, new Convolution(from, to, side)))
  }

  override forward(x: tf.Tensor): tf.Tensor {
    const changed = this.convolutions.reduce((y, convolution) => convolution.call(tf.relu(y)), x)
    return tf.add(this.shortcut.call(x), tf.mul(changed, this.gain))
  }
}

class Halving extends TensorModule {
  override forward(x: tf.Tensor): tf.Tensor {
    return tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')
  }
}

class Rectified extends TensorModule {
  constructor(private readonly then: TensorModule) {
    super()
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return this.then.call(tf.relu(x))
  }
}
