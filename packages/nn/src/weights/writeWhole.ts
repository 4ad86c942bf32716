import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

// One write of at most this: larger ones fail on Linux at 2 GiB.
const WRITE_BYTES = 2 ** 28

/** Writes a file of several parts beside its place and renames it: it is there whole, or not at all. @returns its size */
export function writeWhole(file: string, parts: Iterable<Uint8Array>): number {
  const beside = `${file}.${process.pid}.part`
  let size = 0
  try {
    const handle = openSync(beside, 'w')
    try {
      for (const part of parts) {
        for (let at = 0; at < part.byteLength; ) at += writeSync(handle, part, at, Math.min(part.byteLength - at, WRITE_BYTES))
        size += part.byteLength
      }
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
  return size
}
