import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { TesseraError } from '@tessera/core'

/** Bytes that are read piece by piece: a checkpoint larger than memory must not be read whole to look at its names. */
export interface ByteSource {
  /** For error messages. */
  readonly name: string
  readonly size: number
  /** A fresh, aligned copy; the range must lie inside. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>
  /** The same into memory that is there already, all of it. */
  readInto(offset: number, target: Uint8Array): void
  close(): void
}

// One read of at most this: larger ones fail on Linux at 2 GiB.
const READ_BYTES = 256 * 2 ** 20

/**
 * Opens a file. A directory, a pipe or a device is refused before a byte is read.
 * @throws TesseraError CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID
 */
export function openFile(path: string): ByteSource {
  let handle: number
  try {
    // Non-blocking: opening a pipe that nobody writes to would wait forever.
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw new TesseraError('CHECKPOINT_NOT_FOUND', { what: 'the file cannot be opened', path, cause })
  }
  const facts = fstatSync(handle)
  if (!facts.isFile()) {
    closeSync(handle)
    throw new TesseraError('CHECKPOINT_INVALID', { what: 'not a regular file', path })
  }
  const { size } = facts
  const readInto = (offset: number, target: Uint8Array): void => {
    for (let done = 0; done < target.byteLength; ) {
      const got = readSync(handle, target, done, Math.min(target.byteLength - done, READ_BYTES), offset + done)
      if (got === 0) throw new TesseraError('CHECKPOINT_INVALID', { what: 'the file became shorter while it was read', path })
      done += got
    }
  }
  return { name: path, size, read: reader(readInto), readInto, close: () => closeSync(handle) }
}

/** The same over bytes in memory. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  const readInto = (offset: number, target: Uint8Array): void => target.set(bytes.subarray(offset, offset + target.byteLength))
  return { name, size: bytes.byteLength, read: reader(readInto), readInto, close: () => {} }
}

function reader(readInto: ByteSource['readInto']): ByteSource['read'] {
  return (offset, length) => {
    const bytes = new Uint8Array(new ArrayBuffer(length))
    readInto(offset, bytes)
    return bytes
  }
}
