import { closeSync, mkdirSync, openSync, renameSync, unlinkSync } from 'node:fs'
import { mkdir, open, rename, unlink } from 'node:fs/promises'
import path from 'node:path'

type Pad = (place: string) => unknown

const NOTHING = '/dev/null'
/** Calls that come to nothing, by the thread that makes them: strace counts each thread's for itself. */
const PADS: Record<string, Record<string, Pad>> = {
  main: {
    mkdir: mkdirSync,
    openat: (place) => openSync(place, 'r'),
    unlink: unlinkSync,
    rename: (place) => renameSync(place, place),
    close: () => closeSync(openSync(NOTHING, 'r')),
  },
  pool: {
    mkdir,
    openat: (place) => open(place, 'r'),
    unlink,
    rename: (place) => rename(place, place),
    close: async () => (await open(NOTHING, 'r')).close(),
  },
}

/** Makes so many calls that come to nothing. @param text `main mkdir 3` */
export async function pad(text: string): Promise<void> {
  const [thread = '', call = '', count] = text.split(' ')
  const fill = PADS[thread]?.[call]
  if (fill === undefined) throw new Error(`VICTIM_PAD: '${text}'`)
  const nowhere = path.join(import.meta.dirname, 'there/is/no/such/folder')
  for (let n = Number(count); n > 0; n--) {
    try {
      await fill(nowhere)
    } catch {
      // It is not there.
    }
  }
}
