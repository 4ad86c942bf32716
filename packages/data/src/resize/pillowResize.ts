import { type ImageArray, TesseraError } from '@tessera/core'

export const PILLOW_INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'box', 'lanczos', 'hamming'] as const
export type PillowInterpolation = (typeof PILLOW_INTERPOLATIONS)[number]

interface Filter {
  readonly support: number
  readonly weight: (x: number) => number
}

/** Pillow's filters; bicubic is Catmull-Rom (a = −0.5). */
const FILTERS: Record<Exclude<PillowInterpolation, 'nearest'>, Filter> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: (x) => {
      const t = Math.abs(x)
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
    },
  },
  hamming: { support: 1, weight: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0) },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** Pillow keeps its weights as integers of this many bits behind the point. */
const PRECISION = 2 ** 22

/**
 * Resizes as Pillow does: the filter widens when shrinking, rows first, then columns, each pass rounded to 8 bits.
 * @throws TesseraError UNSUPPORTED for float images
 */
export function pillowResize(image: ImageArray, height: number, width: number, interpolation: PillowInterpolation): ImageArray {
  if (!(image.data instanceof Uint8Array)) {
    throw new TesseraError('UNSUPPORTED', { what: 'only 8-bit images can be resized', hint: 'Resize before normalizing.' })
  }
  if (interpolation === 'nearest') return nearest(image, image.data, height, width)
  const filter = FILTERS[interpolation]
  const { channels } = image
  const wide =
    width === image.width
      ? image.data
      : resample(
          image.data,
          { lines: image.height, lineStride: image.width * channels, step: channels, channels, from: image.width, to: width },
          filter,
        )
  const data =
    height === image.height
      ? wide
      : resample(wide, { lines: width, lineStride: channels, step: width * channels, channels, from: image.height, to: height }, filter)
  return { data: data === image.data ? image.data.slice() : data, height, width, channels }
}

interface Pass {
  /** How many lines are resampled, and how far apart they start. */
  readonly lines: number
  readonly lineStride: number
  /** Distance between neighbours in a line. */
  readonly step: number
  readonly channels: number
  readonly from: number
  readonly to: number
}

function resample(source: Uint8Array, pass: Pass, filter: Filter): Uint8Array {
  const { lines, lineStride, step, channels, from, to } = pass
  const out = new Uint8Array((source.length / from) * to)
  const outLineStride = step === channels ? to * channels : lineStride
  for (let position = 0; position < to; position++) {
    const { first, weights } = windowAt(position, from, to, filter)
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = PRECISION / 2
        for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (source[line * lineStride + (first + i) * step + channel] ?? 0)
        out[line * outLineStride + position * step + channel] = Math.min(255, Math.max(0, Math.floor(sum / PRECISION)))
      }
    }
  }
  return out
}

/** Which source pixels an output pixel sees, with their integer weights. */
function windowAt(position: number, from: number, to: number, filter: Filter): { first: number; weights: number[] } {
  const scale = from / to
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const centre = (position + 0.5) * scale
  const first = Math.max(0, Math.trunc(centre - support + 0.5))
  const last = Math.min(from, Math.trunc(centre + support + 0.5))
  const raw = Array.from({ length: last - first }, (_, i) => filter.weight((first + i - centre + 0.5) / stretch))
  const total = raw.reduce((a, b) => a + b, 0)
  return { first, weights: raw.map((value) => Math.trunc((value / total) * PRECISION + (value < 0 ? -0.5 : 0.5))) }
}

function nearest(image: ImageArray, source: Uint8Array, height: number, width: number): ImageArray {
  const { channels } = image
  const data = new Uint8Array(height * width * channels)
  for (let y = 0; y < height; y++) {
    const fromY = Math.min(image.height - 1, Math.floor((y + 0.5) * (image.height / height)))
    for (let x = 0; x < width; x++) {
      const from = (fromY * image.width + Math.min(image.width - 1, Math.floor((x + 0.5) * (image.width / width)))) * channels
      for (let channel = 0; channel < channels; channel++) data[(y * width + x) * channels + channel] = source[from + channel] ?? 0
    }
  }
  return { data, height, width, channels }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}
