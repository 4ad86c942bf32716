import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** A file of the reference's making, from test-data. */
export function goldenBytes(name: string): Uint8Array {
  // A plain array: a Buffer's slice() is no copy.
  return new Uint8Array(gunzipSync(readFileSync(fileURLToPath(new URL(`../../test-data/${name}.gz`, import.meta.url)))))
}

/** Runs `use` with a folder of its own, and removes it. */
export async function withFolder(files: Readonly<Record<string, Uint8Array | string>>, use: (folder: string) => void | Promise<void>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-weights-'))
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes)
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
