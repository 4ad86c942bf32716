import { type HostBatch, type PackedSample, TesseraError } from '@tessera/core'

/** Samples as one batch: lists of what each has. @throws TesseraError DATA_INVALID where they have different numbers of views */
export function gather(samples: readonly PackedSample[]): HostBatch {
  const batch = { inputs: samples.map((sample) => sample.inputs), data_samples: samples.map((sample) => sample.data_samples) }
  const count = samples[0]?.views?.length ?? 0
  const odd = samples.find(({ views }) => (views?.length ?? 0) !== count)
  if (odd !== undefined) {
    throw new TesseraError('DATA_INVALID', {
      what: 'the samples of a batch have different numbers of views',
      got: 1 + (odd.views?.length ?? 0),
      expected: String(1 + count),
    })
  }
  if (count === 0) return batch
  return { ...batch, views: Array.from({ length: count }, (_, i) => samples.flatMap(({ views }) => views?.[i] ?? [])) }
}
