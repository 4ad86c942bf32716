import path from 'node:path'
import { type DurableFileSystem, NODE_FILE_SYSTEM } from './durableFileSystem.js'
import { errorCode } from './errorCode.js'
import { uniqueSuffix } from './processIdentity.js'

/**
 * Replaces one file: readers see the old one or the new one, never a part.
 * @param system for tests; the real one by default, likewise below
 */
export async function replaceFile(file: string, content: Uint8Array | string, system: DurableFileSystem = NODE_FILE_SYSTEM): Promise<void> {
  const beside = `${file}.tmp-${uniqueSuffix()}`
  try {
    await system.write(beside, content)
    await system.syncFile(beside)
    await system.rename(beside, file)
  } catch (error) {
    await system.remove(beside)
    throw error
  }
  await system.syncDirectory(path.dirname(file))
}

/**
 * Writes a folder so that it is there whole or not at all: beside its place, flushed file by file in the given order (the manifest last),
 * then renamed. A folder that stands in the way is moved aside first and deleted last.
 */
export async function saveDirectory(
  target: string,
  files: readonly (readonly [name: string, content: Uint8Array | string])[],
  system: DurableFileSystem = NODE_FILE_SYSTEM,
): Promise<void> {
  const parent = path.dirname(target)
  const beside = `${target}.tmp-${uniqueSuffix()}`
  try {
    await system.makeDirectory(beside)
    for (const [name, content] of files) {
      await system.write(path.join(beside, name), content)
      await system.syncFile(path.join(beside, name))
    }
    await system.syncDirectory(beside)
  } catch (error) {
    await system.remove(beside)
    throw error
  }
  const trash = path.join(parent, `trash-${path.basename(target)}-${uniqueSuffix()}`)
  await system.rename(target, trash).catch(ignoreMissing)
  await system.rename(beside, target)
  await system.syncDirectory(parent)
  await system.remove(trash)
}

/** Deletes a folder: renamed first, so that it never stands half there under its name. */
export async function removeDirectory(target: string, system: DurableFileSystem = NODE_FILE_SYSTEM): Promise<void> {
  const parent = path.dirname(target)
  const trash = path.join(parent, `trash-${path.basename(target)}-${uniqueSuffix()}`)
  try {
    await system.rename(target, trash)
  } catch (error) {
    return ignoreMissing(error)
  }
  // A power cut may keep the deletion of what is inside and lose the rename.
  await system.syncDirectory(parent)
  await system.remove(trash)
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}
