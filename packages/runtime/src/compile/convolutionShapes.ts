import { intsOf, textOf } from './attributes.js'
import type { ShapeRule } from './shapeRules.js'

/** Shapes of convolutions and pools, [batch, height, width, channels]. */
export function convolutionRules(): [string, ShapeRule][] {
  return [
    ['Conv2D', (inputs) => window(inputs, inputs.shape(1), ([, , , out = 0]) => out)],
    ['DepthwiseConv2dNative', (inputs) => window(inputs, inputs.shape(1), ([, , channels = 0, times = 0]) => channels * times)],
    ['AvgPool', pool],
    ['MaxPool', pool],
    ['MaxPoolGrad', (inputs) => [{ shape: [...inputs.shape(0)], dtype: inputs.dtype(0) }]],
    ['AvgPoolGrad', (inputs) => [{ shape: inputs.ints(0), dtype: inputs.dtype(1) }]],
    ['Conv2DBackpropInput', backpropInput],
    ['DepthwiseConv2dNativeBackpropInput', backpropInput],
    ['Conv2DBackpropFilter', backpropFilter],
    ['DepthwiseConv2dNativeBackpropFilter', backpropFilter],
  ]
}

const pool: ShapeRule = (inputs) => window(inputs, intsOf(inputs.attributes, 'ksize').slice(1), undefined)
const backpropInput: ShapeRule = (inputs) => [{ shape: inputs.ints(0), dtype: inputs.dtype(1) }]
const backpropFilter: ShapeRule = (inputs) => [{ shape: inputs.ints(1), dtype: inputs.dtype(0) }]

/**
 * @param size height and width of the window, then what `channels` needs
 * @param channels of the output; undefined: those of the input
 */
function window(
  inputs: Parameters<ShapeRule>[0],
  size: readonly number[],
  channels: ((size: readonly number[]) => number) | undefined,
): ReturnType<ShapeRule> {
  const { attributes } = inputs
  const [batch = 0, height = 0, width = 0, depth = 0] = inputs.shape(0)
  if ((textOf(attributes, 'data_format') ?? 'NHWC') !== 'NHWC') throw new TypeError('only channels last')
  const strides = intsOf(attributes, 'strides')
  const dilations = intsOf(attributes, 'dilations')
  const explicit = intsOf(attributes, 'explicit_paddings')
  const padding = textOf(attributes, 'padding')
  const out = (length: number, axis: 1 | 2): number => {
    const stride = strides[axis] ?? 1
    const reach = ((size[axis - 1] ?? 1) - 1) * (dilations[axis] ?? 1) + 1
    if (padding === 'SAME') return Math.ceil(length / stride)
    const added = padding === 'EXPLICIT' ? (explicit[2 * axis] ?? 0) + (explicit[2 * axis + 1] ?? 0) : 0
    return Math.floor((length + added - reach) / stride) + 1
  }
  return [{ shape: [batch, out(height, 1), out(width, 2), channels === undefined ? depth : channels(size)], dtype: inputs.dtype(0) }]
}
