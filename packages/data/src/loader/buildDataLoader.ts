import { annotatePaths, type Builder, configPath, DATA_LOADERS, type DataLoaderContract } from '@tessera/core'
import type { SamplerContext } from '../samplers/samplerContext.js'
import type { DataLoaderConfig } from './dataLoader.js'

/**
 * Builds what `train_dataloader`, `val_dataloader` or `test_dataloader` describes; MMEngine's recipes name no `type`, which means DataLoader.
 * @param context the loader's own stream (fork the run's by the loader's name) and this process's share
 */
export function buildDataLoader(
  config: DataLoaderConfig & { type?: string },
  builder: Builder,
  context: SamplerContext,
): DataLoaderContract {
  return builder.build(DATA_LOADERS, withType(config), context)
}

function withType(config: object): object {
  if (Object.hasOwn(config, 'type')) return config
  const typed = { type: 'DataLoader', ...config }
  const path = configPath(config)
  if (path !== undefined) annotatePaths(typed, path)
  return typed
}
