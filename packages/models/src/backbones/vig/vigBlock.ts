import type { Builder } from '@tessera/core'
import { buildActivation, buildNorm, Conv2d, DropPath, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { Grapher, type GrapherOptions } from './grapher.js'

/** A feed-forward layer of 1×1 convolutions with batch norm, four times as wide inside. */
class FFN extends TensorModule {
  private readonly layers: readonly TensorModule[]
  private readonly dropPath: DropPath

  constructor(channels: number, actCfg: object, dropPath: number, builder: Builder) {
    super()
    const fc = (from: number, to: number) => new Sequential([new Conv2d(from, to, 1), buildNorm(builder, { type: 'BN' }, to)])
    this.layers = [
      this.registerModule('fc1', fc(channels, 4 * channels)),
      this.registerModule('act', buildActivation(builder, actCfg)),
      this.registerModule('fc2', fc(4 * channels, channels)),
    ]
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.add(this.dropPath.call(this.layers.reduce((x, layer) => layer.call(x), input)), input)
  }
}

/** A grapher `0` and a feed-forward layer `1`. */
export function vigBlock(options: GrapherOptions, builder: Builder): Sequential {
  return new Sequential([new Grapher(options, builder), new FFN(options.channels, options.actCfg, options.dropPath, builder)])
}

/**
 * Strided 3×3 convolutions up to the width, and one that does not stride: `0` convolution, `1` norm, `2` activation, …
 * @param widths of the strided ones; the last is the map's
 */
export function vigStem(
  inChannels: number,
  widths: readonly number[],
  cfgs: { normCfg: object; actCfg: object },
  builder: Builder,
): Sequential {
  const strided = widths.flatMap((width, i) => [
    new Conv2d(widths[i - 1] ?? inChannels, width, 3, { stride: 2, padding: 1 }),
    buildNorm(builder, cfgs.normCfg, width),
    buildActivation(builder, cfgs.actCfg),
  ])
  const last = widths.at(-1) ?? inChannels
  return new Sequential([...strided, new Conv2d(last, last, 3, { padding: 1 }), buildNorm(builder, cfgs.normCfg, last)])
}

/** PyTorch's `linspace` in float32, cut to whole numbers. */
export function wholeSteps(from: number, to: number, steps: number): number[] {
  if (steps === 1) return [from]
  const step = Math.fround((to - from) / (steps - 1))
  return Array.from({ length: steps }, (_, i) => {
    const value = i < steps / 2 ? from + Math.fround(step * i) : to - Math.fround(step * (steps - 1 - i))
    return Math.trunc(Math.fround(value))
  })
}
