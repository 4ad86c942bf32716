import { Environment } from './environment.js'
import type { ConfigDict } from './plainObject.js'

/** What one source says by itself: a file without its bases, the command line's flags, its overrides. */
export interface ConfigLayer {
  /** The file (with the line where it is known), or what else it is. */
  readonly source: string
  readonly config: ConfigDict
  /** The whole config as it is from here on, instead of a change to what came before. */
  readonly isWhole?: boolean
}

/** What one load carries from file to file. */
export interface LoadSession {
  /** Files that were read already, with their bases merged in. */
  readonly files: Map<string, ConfigDict>
  /** Every source in the order in which they were merged, bases first. */
  readonly layers: ConfigLayer[]
  readonly warnings: string[]
  readonly environment: Environment
}

export function createSession(environment = new Environment(process.env)): LoadSession {
  return { files: new Map(), layers: [], warnings: [], environment }
}
