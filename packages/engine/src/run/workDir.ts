import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'

/** Folders of a run. */
export interface RunFolders {
  readonly workDir: string
  /** `<workDir>/<timestamp>` */
  readonly logDir: string
  /** `<logDir>/vis_data` */
  readonly visDir: string
}

/**
 * Makes the work dir and the run's folder in it.
 * @throws TesseraError WORK_DIR when nothing can be written there, before anything has started
 */
export function makeRunFolders(workDir: string, timestamp: string): RunFolders {
  const root = path.resolve(workDir)
  const logDir = path.join(root, timestamp)
  const visDir = path.join(logDir, 'vis_data')
  try {
    mkdirSync(visDir, { recursive: true })
    accessSync(root, constants.W_OK)
    // Permission bits lie on some file systems: only a write shows that writing works.
    const probe = path.join(visDir, '.probe')
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (cause) {
    throw new TesseraError('WORK_DIR', {
      what: `nothing can be written there (${cause instanceof Error ? cause.message : String(cause)})`,
      path: root,
      hint: 'Choose another with --work-dir.',
      cause,
    })
  }
  return { workDir: root, logDir, visDir }
}
