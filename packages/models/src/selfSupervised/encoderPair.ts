import type { Builder } from '@tessera/core'
import { MODELS } from '@tessera/core'
import { buildModule, Module, MomentumEncoder } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { BaseBackbone } from '../backbones/baseBackbone.js'
import { BaseNeck } from '../necks/baseNeck.js'

/** Backbone `0` and neck `1`, one after the other: what a momentum encoder copies, under PyTorch's names. */
export class EncoderPair extends Module {
  constructor(
    private readonly backbone: BaseBackbone,
    private readonly neck: BaseNeck,
  ) {
    super()
    this.registerModule('0', backbone)
    this.registerModule('1', neck)
  }

  override forward(images: tf.Tensor4D): tf.Tensor {
    return featureOf(this.backbone, this.neck, images)
  }
}

/** The neck's one feature of images, [batch, channels]. */
export function featureOf(backbone: BaseBackbone, neck: BaseNeck, images: tf.Tensor4D): tf.Tensor {
  return neck.call(backbone.call(images))[0] as tf.Tensor
}

/** A momentum encoder of backbone and neck, made from the same configs. */
export function momentumEncoder(
  online: { readonly backbone: BaseBackbone; readonly neck: BaseNeck },
  configs: { readonly backbone: object; readonly neck: object },
  average: object,
  builder: Builder,
): MomentumEncoder<EncoderPair> {
  const copy = new EncoderPair(
    buildModule(builder, MODELS, configs.backbone, BaseBackbone),
    buildModule(builder, MODELS, configs.neck, BaseNeck),
  )
  return new MomentumEncoder(new EncoderPair(online.backbone, online.neck), copy, average, builder)
}
