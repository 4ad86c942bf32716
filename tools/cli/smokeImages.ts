import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadedConfig } from '@tessera/core'
import { checkConfig, mergeConfig, valueAt } from '@tessera/core'
import { writeSampleImages } from '@tessera/data'

const LOADERS = ['train_dataloader', 'val_dataloader', 'test_dataloader'] as const

/**
 * Where a config's image folder is not on this machine, a smoke run gets a small one of generated images, and says so:
 * it tries the recipe, not the data. The folder is gone afterwards.
 */
export async function withSmokeImages<T>(source: LoadedConfig, run: (source: LoadedConfig) => Promise<T>): Promise<T> {
  const missing = LOADERS.filter((loader) => {
    const root = imageFolder(source.config[loader])
    return root !== undefined && !existsSync(root)
  })
  if (missing.length === 0) return run(source)
  const folder = mkdtempSync(join(tmpdir(), 'tessera-images-'))
  try {
    await writeSampleImages(folder)
    process.stdout.write(
      `smoke: ${missing.map((loader) => imageFolder(source.config[loader])).join(', ')} not found; using generated images\n`,
    )
    const changes = Object.fromEntries(missing.map((loader) => [loader, { dataset: { data_root: folder } }]))
    return await run({ ...source, config: checkConfig(mergeConfig(source.config, changes)) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The folder that a loader's images come from; undefined for data of another kind. */
function imageFolder(loader: unknown): string | undefined {
  const root = valueAt(loader, ['dataset', 'data_root'])
  return valueAt(loader, ['dataset', 'type']) === 'CustomDataset' && typeof root === 'string' ? root : undefined
}
