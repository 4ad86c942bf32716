import { named, type OnnxRule, type OpToExport } from './onnxRule.js'

/** ONNX's paddings: height and width at the beginning, then at the end. */
function padsOf(op: OpToExport, window: readonly number[], dilations: readonly number[]): number[] {
  const strides = op.intList('strides')
  const padding = op.text('padding')
  const explicit = op.intList('explicit_paddings')
  const pairs = [1, 2].map((axis) => {
    if (padding === 'EXPLICIT') return [explicit[2 * axis] ?? 0, explicit[2 * axis + 1] ?? 0]
    if (padding !== 'SAME') return [0, 0]
    const length = op.shape(0)[axis] ?? 0
    const stride = strides[axis] ?? 1
    const reach = ((window[axis - 1] ?? 1) - 1) * (dilations[axis] ?? 1) + 1
    const total = Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0)
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
  return [0, 1].flatMap((side) => pairs.map((pair) => pair[side] ?? 0))
}

function windowOf(op: OpToExport, window: readonly number[]) {
  if ((op.text('data_format') ?? 'NHWC') !== 'NHWC') throw new TypeError('only channels last')
  const dilations = op.intList('dilations').length === 4 ? op.intList('dilations') : [1, 1, 1, 1]
  return {
    kernel_shape: { ints: window },
    strides: { ints: op.intList('strides').slice(1, 3) },
    pads: { ints: padsOf(op, window, dilations) },
    dilations,
  }
}

const convolution: OnnxRule = (op) => {
  const [height = 1, width = 1, inner = 1] = op.shape(1)
  const { dilations, ...window } = windowOf(op, [height, width])
  const group = (op.shape(0)[3] ?? 1) / inner
  const out = op.builder.one('Conv', [op.builder.toChannelsFirst(op.ref(0)), op.builder.filter(op.ref(1))], {
    ...window,
    dilations: { ints: dilations.slice(1, 3) },
    group: { int: group },
  })
  return op.builder.toChannelsLast(out)
}

/** Each channel for itself; a filter [height, width, channels, times] becomes [channels · times, 1, height, width]. */
const depthwise: OnnxRule = (op) => {
  const [height = 1, width = 1, channels = 1, times = 1] = op.shape(1)
  const { dilations, ...window } = windowOf(op, [height, width])
  const turned = op.builder.one('Transpose', [op.value(1)], { perm: { ints: [2, 3, 0, 1] } })
  const filter = op.builder.one('Reshape', [turned, op.builder.ints([channels * times, 1, height, width])])
  const out = op.builder.one('Conv', [op.builder.toChannelsFirst(op.ref(0)), filter], {
    ...window,
    dilations: { ints: dilations.slice(1, 3) },
    group: { int: channels },
  })
  return op.builder.toChannelsLast(out)
}

const pool: OnnxRule = (op) => {
  const { dilations: _, ...window } = windowOf(op, op.intList('ksize').slice(1, 3))
  const kind = op.node.op === 'MaxPool' ? 'MaxPool' : 'AveragePool'
  return op.builder.toChannelsLast(op.builder.one(kind, [op.builder.toChannelsFirst(op.ref(0))], window))
}

/** Ops with windows: TensorFlow's channels are last, ONNX's second. */
export const CONVOLUTIONS: readonly [string, OnnxRule][] = [
  ['Conv2D', convolution],
  ['DepthwiseConv2dNative', depthwise],
  ...named('MaxPool AvgPool', pool),
]
