import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined

/**
 * Gives back what nobody holds any more, now. A recorded step makes next to no garbage, so that V8 sees no reason to collect for a long
 * time what went before it: the recording, and the arrays out of which the weights were copied into the session.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    const found: unknown = runInNewContext('globalThis.gc')
    collect = typeof found === 'function' ? () => void found() : () => {}
  }
  collect()
}
