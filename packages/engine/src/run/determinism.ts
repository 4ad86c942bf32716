import type { Logger } from '@tessera/core'
import type { BackendInfo } from '@tessera/runtime'
import { readManifest } from '../checkpoint/readCheckpoint.js'
import { isTorchCheckpoint } from '../checkpoint/torchCheckpoint.js'
import type { StartPoint } from './resumePoint.js'

/** What decides the last bits of a sum, for checkpoints: `native 2.21.0, 2 parts`. */
export function arithmeticOf({ name, version, shards = 1 }: Pick<BackendInfo, 'name' | 'version' | 'shards'>): string {
  return `${name} ${version}${shards > 1 ? `, ${shards} parts` : ''}`
}

/**
 * `randomness.deterministic`: says where the promise of the same bits cannot be kept. The backend itself keeps it (TensorFlow's
 * deterministic ops, each op on one thread) when it was started for it.
 */
export function checkDeterminism(backend: BackendInfo, start: StartPoint, logger: Logger): void {
  if (backend.deterministic !== true) {
    logger.warning(
      'randomness.deterministic comes too late: this process started TensorFlow before, and its threads are made once. Results may differ in their last bits; train in a process of its own.',
    )
  }
  if (start.kind !== 'resume' || isTorchCheckpoint(start.place)) return
  const saved = readManifest(start.place).meta.versions['backend']
  const now = arithmeticOf(backend)
  if (saved !== undefined && saved !== now)
    logger.warning(
      `The checkpoint was saved by ${saved}, and this is ${now}: from here on the last bits may differ from an undisturbed run's.`,
    )
}
