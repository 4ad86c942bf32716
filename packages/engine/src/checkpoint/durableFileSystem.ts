import { mkdir, open, rename, rm } from 'node:fs/promises'

/** The steps that a save is made of, one system call (or few) each; tests put one in their place that crashes between any two. */
export interface DurableFileSystem {
  makeDirectory(directory: string): Promise<void>
  /** Creates or replaces a file's content; nothing says that it is on the disk. */
  write(file: string, content: Uint8Array | string): Promise<void>
  /** Waits until a file's content is on the disk. */
  syncFile(file: string): Promise<void>
  /** Waits until a folder's entries (new, renamed, removed) are on the disk. */
  syncDirectory(directory: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Deletes a file or a folder with all in it; what is not there is no error. */
  remove(place: string): Promise<void>
}

export const NODE_FILE_SYSTEM: DurableFileSystem = {
  async makeDirectory(directory) {
    await mkdir(directory, { recursive: true })
  },

  async write(file, content) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const handle = await open(file, 'w')
    try {
      // At a position, so that a write that the system cut short goes on where it stopped.
      for (let at = 0; at < bytes.byteLength; ) at += (await handle.write(bytes, at, bytes.byteLength - at, at)).bytesWritten
    } finally {
      await handle.close()
    }
  },

  syncFile: (file) => sync(file, 'r+'),
  syncDirectory: (directory) => sync(directory, 'r'),
  rename: (from, to) => rename(from, to),
  remove: (place) => rm(place, { recursive: true, force: true }),
}

async function sync(place: string, flags: string): Promise<void> {
  const handle = await open(place, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
