import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from './errorCode.js'
import { currentProcess } from './processIdentity.js'

/** Writes a file and waits until it is on the disk. */
async function writeDurably(file: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes renames in a folder survive a power cut. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces one file: readers see the old one or the new one, never a part. */
export async function replaceFile(file: string, content: Uint8Array | string): Promise<void> {
  const beside = `${file}.tmp-${uniqueSuffix()}`
  try {
    await writeDurably(beside, content)
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncDirectory(path.dirname(file))
}

/**
 * Writes a folder so that it is there whole or not at all: beside its place, flushed file by file in the given order (the manifest last),
 * then renamed. A folder that stands in the way is moved aside first and deleted last.
 */
export async function saveDirectory(
  target: string,
  files: readonly (readonly [name: string, content: Uint8Array | string])[],
): Promise<void> {
  const parent = path.dirname(target)
  const beside = `${target}.tmp-${uniqueSuffix()}`
  await mkdir(beside, { recursive: true })
  try {
    for (const [name, content] of files) await writeDurably(path.join(beside, name), content)
    await syncDirectory(beside)
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
  const trash = path.join(parent, `trash-${path.basename(target)}-${uniqueSuffix()}`)
  await rename(target, trash).catch(ignoreMissing)
  await rename(beside, target)
  await syncDirectory(parent)
  await rm(trash, { recursive: true, force: true })
}

/** Deletes a folder: renamed first, so that it never stands half there under its name. */
export async function removeDirectory(target: string): Promise<void> {
  const trash = path.join(path.dirname(target), `trash-${path.basename(target)}-${uniqueSuffix()}`)
  try {
    await rename(target, trash)
  } catch (error) {
    return ignoreMissing(error)
  }
  await rm(trash, { recursive: true, force: true })
}

/** Which process left it (see leftovers.ts), and something of its own. */
function uniqueSuffix(): string {
  const { pid, started } = currentProcess()
  return `${pid}-${started ?? 0}-${randomBytes(4).toString('hex')}`
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}
