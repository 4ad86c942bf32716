import { statfs } from 'node:fs/promises'
import type { RunState } from '../run/runState.js'

/** Weights of float32, and beside them what the usual optimizer keeps: two more of each. */
const BYTES_A_PARAMETER = 4
const OPTIMIZER_COPIES = 2

/** How many bytes a checkpoint of the run will have, roughly. */
export function estimateBytes(parameters: number, parts: { optimizer: boolean; ema: boolean }): number {
  return parameters * BYTES_A_PARAMETER * (1 + (parts.optimizer ? OPTIMIZER_COPIES : 0) + (parts.ema ? 1 : 0))
}

/** Warns before the first step when the disk has no room for two checkpoints: the next is written before the last is deleted. */
export async function warnOfFullDisk(run: RunState, directory: string, optimizer: boolean): Promise<void> {
  const { bavail, bsize } = await statfs(directory).catch(() => ({ bavail: Number.POSITIVE_INFINITY, bsize: 1 }))
  const parameters = run.model.parameters().reduce((sum, { size }) => sum + size, 0)
  const needed = 2 * estimateBytes(parameters, { optimizer, ema: run.training.inStep.length > 0 })
  if (bavail * bsize >= needed) return
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
  run.logger.warning(
    `${directory} has ${megabytes(bavail * bsize)} left; two checkpoints of this model need about ${megabytes(needed)}. Saving may fail.`,
  )
}
