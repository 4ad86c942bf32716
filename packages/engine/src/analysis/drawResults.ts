import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type DataSample, type Dataset, TesseraError } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { captionOf } from '../visualization/captionOf.js'
import { drawSample } from '../visualization/drawSample.js'

/**
 * Draws predictions with their images, one PNG each, and lists them in `<name>.json`, in a folder `<name>` below `directory`.
 * @param dataset the one that was predicted on: a sample's `sample_idx` says where its image is
 * @throws TesseraError DATA_INVALID for a sample that does not say where it comes from
 */
export async function drawResults(
  directory: string,
  name: string,
  samples: readonly DataSample[],
  { dataset, classes }: { readonly dataset: Dataset; readonly classes: readonly string[] | undefined },
): Promise<void> {
  const folder = path.join(directory, name)
  mkdirSync(folder, { recursive: true })
  for (const [rank, sample] of samples.entries()) {
    const index = indexOf(sample, dataset.length)
    const { inputs } = await dataset.getItem(index, new RandomStream(0))
    const { img_path } = sample.metainfo
    const stem = typeof img_path === 'string' ? path.parse(img_path).name : 'sample'
    const drawn = await drawSample({ image: inputs, caption: captionOf(sample, classes) })
    // In the order of the ranking; two classes may have files of one name.
    writeFileSync(path.join(folder, `${String(rank + 1).padStart(3, '0')}_${index}_${stem}.png`), drawn)
  }
  const lines = samples.map((sample) =>
    JSON.stringify(sample, (_, value: unknown) => (value instanceof Float32Array ? Array.from(value) : value)),
  )
  writeFileSync(path.join(folder, `${name}.json`), `[${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`}]\n`)
}

function indexOf({ metainfo }: DataSample, length: number): number {
  const index = metainfo['sample_idx']
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < length) return index
  throw new TesseraError('DATA_INVALID', {
    what: 'a prediction does not say which sample of the data set it is of',
    path: 'metainfo.sample_idx',
    got: index,
    expected: `a whole number below ${length}`,
    hint: 'Are these predictions of the test set of this config? PackInputs puts sample_idx in unless meta_keys leaves it out.',
  })
}
