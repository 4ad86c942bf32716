import type { Builder } from '@tessera/core'
import type { LossDict, TensorBatch } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { BaseNeck } from '../necks/baseNeck.js'
import { BaseSelfSupervisor, needInput, type SelfSupervisorOptions } from './baseSelfSupervisor.js'
import { featureOf } from './encoderPair.js'

const HINT = "Put { type: 'MultiView', num_views: 2, transforms: [[…]] } before PackInputs."

/** An algorithm that compares two views of each image: `inputs`, and `view_1` beside it. */
export abstract class TwoViews extends BaseSelfSupervisor {
  protected readonly projector: BaseNeck

  constructor(options: SelfSupervisorOptions, builder: Builder) {
    super(options, builder)
    this.projector = this.need('neck', BaseNeck)
  }

  override loss(batch: TensorBatch): LossDict {
    return { loss: this.compare(batch.inputs, needInput<tf.Tensor4D>(batch, 'view_1', HINT)) }
  }

  protected abstract compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor

  /** The projected feature [batch, channels]. */
  protected project(images: tf.Tensor4D): tf.Tensor {
    return featureOf(this.backbone, this.projector, images)
  }
}
