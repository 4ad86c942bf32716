import { TesseraError } from '../errors.js'

/**
 * The environment variables that configs may read by `{{$NAME:default}}`, and which of them were read.
 * A config from a stranger gets none: `new Environment(undefined)`.
 */
export class Environment {
  /** What was read, by name; defaults that were taken instead are not in it. */
  readonly used: Record<string, string> = {}

  constructor(private readonly variables: Readonly<Record<string, string | undefined>> | undefined) {}

  /**
   * @param fallback what the placeholder gives as default; empty or undefined means that the variable must be set
   * @param place where the placeholder stands, for messages
   * @throws TesseraError INVALID_CONFIG if it is not set and has no default, UNSUPPORTED if this config may read none
   */
  read(name: string, fallback: string | undefined, place: string): string {
    if (this.variables === undefined) {
      throw new TesseraError('UNSUPPORTED', {
        what: 'a config that is not trusted reads no environment variables',
        path: place,
        got: name,
      })
    }
    const value = Object.hasOwn(this.variables, name) ? this.variables[name] : undefined
    if (value !== undefined) {
      this.used[name] = value
      return value
    }
    if (fallback !== undefined && fallback !== '') return fallback
    throw new TesseraError('INVALID_CONFIG', {
      what: `the environment variable ${name} is not set, and the config gives no default`,
      path: place,
      hint: `Set it (${name}=… npx tsx tools/…), or write {{$${name}:default}}.`,
    })
  }
}
