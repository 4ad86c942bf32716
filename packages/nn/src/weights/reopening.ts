import type { WeightFile } from './weightFile.js'

/** A file that may be closed between uses: whoever asks opens it again. */
export function reopening(open: () => WeightFile): WeightFile {
  let held: WeightFile | undefined
  const file = (): WeightFile => {
    held ??= open()
    return held
  }
  const { path, format, entries, refused, globals, metadata } = file()
  return {
    path,
    format,
    entries,
    refused,
    globals,
    metadata,
    read: (name, room) => file().read(name, room),
    close() {
      held?.close()
      held = undefined
    },
  }
}
