import { principalMap } from './principalMap.js'

/** What a layer gives for one image, and the gradient of a class's score by it. */
export interface LayerEvidence {
  /** [places, channels] row by row. */
  readonly activations: Float32Array
  /** As `activations`. */
  readonly gradients: Float32Array
  readonly places: number
  readonly channels: number
}

type Weigh = (evidence: LayerEvidence) => Float32Array

/** A weight for each channel, from the sums that `gather` makes over the places. */
function channelWeights(evidence: LayerEvidence, gather: (activation: number, gradient: number, sum: number) => number): Float32Array {
  const { activations, gradients, places, channels } = evidence
  const sums = new Float64Array(channels)
  for (let i = 0; i < activations.length; i++) sums[i % channels] = (sums[i % channels] ?? 0) + (activations[i] ?? 0)
  const weights = new Float64Array(channels)
  for (let i = 0; i < places * channels; i++) {
    const channel = i % channels
    weights[channel] = (weights[channel] ?? 0) + gather(activations[i] ?? 0, gradients[i] ?? 0, sums[channel] ?? 0)
  }
  return activations.map((activation, i) => activation * (weights[i % channels] ?? 0))
}

const each = (combine: (activation: number, gradient: number) => number): Weigh => {
  return ({ activations, gradients }) => activations.map((activation, i) => combine(activation, gradients[i] ?? 0))
}

/** How much each place of each channel counts; a map is the sum over channels, or the first principal component. */
const METHODS = {
  /** Selvaraju et al. 2016, arXiv 1610.02391. */
  gradcam: (evidence: LayerEvidence) => channelWeights(evidence, (_, gradient) => gradient / evidence.places),
  /** Chattopadhay et al. 2017, arXiv 1710.11063. */
  'gradcam++': (evidence: LayerEvidence) =>
    channelWeights(evidence, (_, gradient, sum) => {
      if (gradient <= 0) return 0
      return (gradient * gradient ** 2) / (2 * gradient ** 2 + sum * gradient ** 3 + 1e-6)
    }),
  /** Fu et al. 2020, arXiv 2008.02312. */
  xgradcam: (evidence: LayerEvidence) => channelWeights(evidence, (activation, gradient, sum) => (gradient * activation) / (sum + 1e-7)),
  /** Muhammad and Yeasin 2020, arXiv 2008.00299: no class is asked about. */
  eigencam: each((activation) => activation),
  /** The same of what gradients weigh. */
  eigengradcam: each((activation, gradient) => activation * gradient),
  /** Jiang et al. 2021: only gradients above 0 count. */
  layercam: each((activation, gradient) => activation * Math.max(gradient, 0)),
  /** Draelos and Carin 2020, arXiv 2011.08891. */
  hirescam: each((activation, gradient) => activation * gradient),
  /** Only products above 0 count. */
  gradcamelementwise: each((activation, gradient) => Math.max(activation * gradient, 0)),
} as const satisfies Record<string, Weigh>

export type CamMethod = keyof typeof METHODS
export const CAM_METHODS = Object.keys(METHODS) as readonly CamMethod[]

/** The heat of each place, not below 0. @param smooth takes the first principal component of the channels instead of their sum */
export function heatOf(method: CamMethod, evidence: LayerEvidence, smooth: boolean): Float32Array {
  const { places, channels } = evidence
  const weighed = METHODS[method](evidence)
  const isPrincipal = smooth || method === 'eigencam' || method === 'eigengradcam'
  const heat = isPrincipal ? principalMap(weighed, places, channels) : channelSums(weighed, places, channels)
  return heat.map((value) => Math.max(value, 0))
}

export function channelSums(values: Float32Array, places: number, channels: number): Float32Array {
  return Float32Array.from({ length: places }, (_, place) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += values[place * channels + channel] ?? 0
    return sum
  })
}

/** From 0 for the smallest to (nearly) 1 for the largest. */
export function stretched(heat: Float32Array): Float32Array {
  const low = heat.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = heat.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return heat.map((value) => (value - low) / (1e-7 + high - low))
}
