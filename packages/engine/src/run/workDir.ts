import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { errorCode } from '../checkpoint/errorCode.js'

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
    makeFolders(visDir)
    accessSync(root, constants.W_OK)
    // Permission bits lie on some file systems: only a write shows that writing works.
    const probe = path.join(visDir, '.probe')
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (cause) {
    throw notWritable(root, cause)
  }
  return { workDir: root, logDir, visDir }
}

export function notWritable(place: string, cause: unknown): TesseraError {
  return new TesseraError('WORK_DIR', {
    what: `nothing can be written there (${cause instanceof Error ? cause.message : String(cause)})`,
    path: place,
    hint: 'Choose another with --work-dir.',
    cause,
  })
}

/** Node's own way (`recursive`) never ends where a folder exists and nothing can be made in it, as in /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return
  makeFolders(path.dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another run was quicker.
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
