import { rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedConfig } from '@tessera/core'
import { checkConfig, valueAt } from '@tessera/core'
import { writeSampleImages } from '@tessera/data'
import { temporaryFolder } from '@tessera/runtime'
import { LABELS_FILE, withSampleData } from './smokeDataset.js'

const LOADERS = ['train_dataloader', 'val_dataloader', 'test_dataloader'] as const

/**
 * Where a config's images are not on this machine, a smoke run gets a few generated ones, and says so: it tries the recipe, not the
 * data. Their folder is gone afterwards.
 */
export async function withSmokeImages<T>(source: LoadedConfig, run: (source: LoadedConfig) => Promise<T>): Promise<T> {
  const folder = temporaryFolder('images')
  try {
    const missing = new Set<string>()
    const loaders = LOADERS.flatMap((name) => {
      const loader = valueAt(source.config, [name])
      if (typeof loader !== 'object' || loader === null) return []
      return [[name, { ...loader, dataset: withSampleData(valueAt(loader, ['dataset']), folder, missing) }] as const]
    })
    if (missing.size === 0) return await run(source)
    await writeSamples(folder)
    process.stdout.write(`smoke: ${[...missing].join(', ')} not found; using generated images\n`)
    return await run({ ...source, config: checkConfig({ ...(source.config as object), ...Object.fromEntries(loaders) }) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Images in folders by their class, and a list of them that gives each a second class, and a third that is hard to see. */
async function writeSamples(folder: string): Promise<void> {
  const images = join(folder, 'images')
  await writeSampleImages(images)
  const files = (await readdir(images, { recursive: true })).filter((name) => name.endsWith('.png')).sort()
  const data_list = files.map((img_path, index) => ({ img_path, gt_label: [index % 2, 2], gt_label_difficult: [3] }))
  writeFileSync(join(folder, LABELS_FILE), JSON.stringify({ data_list }))
}
