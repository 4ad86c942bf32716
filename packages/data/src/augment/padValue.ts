import { TesseraError } from '@tessera/core'
import * as v from 'valibot'

/** One value for all channels, or one a channel (in the image's order: BGR as loaded). */
export const padValue = v.union([v.number(), v.array(v.number())])

export function padValues(value: v.InferOutput<typeof padValue>, channels: number): readonly number[] {
  if (typeof value === 'number') return Array<number>(channels).fill(value)
  if (value.length === channels) return value
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'one value a channel is needed',
    path: 'pad_val',
    got: value,
    expected: `a number, or ${channels} of them`,
  })
}
