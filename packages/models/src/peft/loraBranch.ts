import { Dropout, defaultWeight, type Linear, LinearAdapter, linear, Module, Parameter, zeros } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface LoRAOptions {
  /** Width of the branch. */
  readonly rank: number
  /** The branch counts alpha / rank. */
  readonly alpha: number
  readonly dropRate: number
}

/** A matrix `weight` [out, in]; no Linear, so that rules of an `init_cfg` for Linears pass it over. */
class LowRankMatrix extends Module {
  private readonly weight: Parameter

  constructor(outFeatures: number, inFeatures: number, init: typeof zeros) {
    super()
    this.weight = this.registerParameter('weight', new Parameter([outFeatures, inFeatures], { init }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return linear(input, this.weight.variable)
  }
}

/** Down to a few features and up again, beside a Linear that does not change; it starts at nothing (Hu et al. 2021, arXiv 2106.09685). */
export class LoRABranch extends LinearAdapter {
  private readonly dropout: Dropout
  private readonly down: LowRankMatrix
  private readonly up: LowRankMatrix

  constructor(
    private readonly options: LoRAOptions,
    { inFeatures, outFeatures }: Linear,
  ) {
    super()
    this.dropout = this.registerModule('lora_dropout', new Dropout(options.dropRate))
    this.down = this.registerModule('lora_down', new LowRankMatrix(options.rank, inFeatures, defaultWeight))
    this.up = this.registerModule('lora_up', new LowRankMatrix(outFeatures, options.rank, zeros))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const { alpha, rank } = this.options
    return tf.mul(this.up.call(this.down.call(this.dropout.call(input))), alpha / rank)
  }
}
