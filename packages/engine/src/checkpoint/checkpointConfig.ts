import { checkConfig, type LoadedRunConfig, TesseraError } from '@tessera/core'
import { readManifest } from './readCheckpoint.js'

/** Keys of a config that name files to run or places to read. Whoever wrote a checkpoint has no say in that. */
const NOT_FROM_FILES = ['custom_imports', 'work_dir', 'load_from', 'resume', '_base_']

/**
 * The config that a checkpoint was trained with, as data: nothing in it is imported or resolved from a path, and a `type` in it is looked
 * up only among the components that are registered already.
 * @throws TesseraError CHECKPOINT_INVALID when the checkpoint has none, INVALID_CONFIG when it is no config
 */
export function checkpointConfig(checkpoint: string): LoadedRunConfig {
  const { config } = readManifest(checkpoint).meta
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new TesseraError('CHECKPOINT_INVALID', { what: 'the checkpoint does not say its config', path: checkpoint, got: config })
  return checkConfig(Object.fromEntries(Object.entries(config).filter(([key]) => !NOT_FROM_FILES.includes(key))))
}
