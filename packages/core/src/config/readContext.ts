import type { Environment } from './environment.js'
import type { ConfigDict } from './plainObject.js'

/** What a reader may ask for while it reads one file. */
export interface ReadContext {
  /** The config that names this one as its base, for messages. */
  readonly askedBy?: string | undefined
  /** For formats whose placeholders must be filled in before they are parsed. */
  readonly environment: Environment
  /** A base that the file names (a path relative to it, or `package::path`), its own bases merged in; not to be changed. */
  readonly readBase: (base: string) => Promise<ConfigDict>
}
