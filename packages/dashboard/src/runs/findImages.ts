import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { ImageEntry } from '../api.js'

export interface FoundImage extends ImageEntry {
  readonly file: string
}

/** What the visualization hook's local backend writes: `<name>_<step>.png`. */
const IMAGE = /^(.+)_(\d+)\.png$/

/** Drawn samples of a run, by name and step. The key, not the path, is what the page asks for. */
export function findImages(logDir: string): FoundImage[] {
  const folder = path.join(logDir, 'vis_data', 'vis_image')
  return entries(folder)
    .flatMap((file) => {
      const match = IMAGE.exec(file)
      if (match === null) return []
      const key = createHash('sha256').update(path.join(folder, file)).digest('hex').slice(0, 16)
      return [{ key, name: match[1] ?? file, step: Number(match[2]), file: path.join(folder, file) }]
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || a.step - b.step)
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
  } catch {
    return []
  }
}
