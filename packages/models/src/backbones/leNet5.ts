import { type ConfigOf, MODELS } from '@tessera/core'
import { AvgPool2d, Conv2d, Linear, Sequential, Tanh } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseBackbone } from './baseBackbone.js'

const schema = v.strictObject({
  /** Above 0: with a classifier of so many classes. */
  num_classes: v.optional(v.pipe(v.number(), v.integer()), -1),
})

interface LeNet5Config extends ConfigOf<'LeNet5', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LeNet5: LeNet5Config
  }
}

/** LeCun et al. 1998, "Gradient-based learning applied to document recognition": grey images of 32 × 32. */
@MODELS.registerModule()
export class LeNet5 extends BaseBackbone {
  static readonly schema = schema
  private readonly features: Sequential
  private readonly classifier: Sequential | undefined

  constructor(options: v.InferOutput<typeof schema>) {
    super()
    const halve = () => new AvgPool2d({ kernelSize: 2 })
    const layers = [new Conv2d(1, 6, 5), new Tanh(), halve(), new Conv2d(6, 16, 5), new Tanh(), halve(), new Conv2d(16, 120, 5), new Tanh()]
    this.features = this.registerModule('features', new Sequential(layers))
    if (options.num_classes > 0) {
      const classifier = [new Linear(120, 84), new Tanh(), new Linear(84, options.num_classes)]
      this.classifier = this.registerModule('classifier', new Sequential(classifier))
    }
  }

  /** @returns one map [batch, 1, 1, 120], or scores [batch, classes] */
  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const features = this.features.call(inputs)
    return [this.classifier === undefined ? features : this.classifier.call(tf.reshape(features, [inputs.shape[0], 120]))]
  }
}
