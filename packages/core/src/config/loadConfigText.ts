import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { TesseraError } from '../errors.js'
import { Environment } from './environment.js'
import { finishConfig, type LoadedConfig, type LoadOptions } from './loadConfig.js'
import { createSession } from './loadSession.js'
import type { ConfigDict } from './plainObject.js'
import { MODULES, readConfigText } from './readConfigFile.js'
import { mergeBases, readNamedBase, readWithBases } from './resolveBases.js'

export interface LoadTextOptions extends LoadOptions {
  /**
   * Whether the text may do what a config file may: name bases and plugins, read environment variables, be a program (.ts, .js).
   * Default false: a text out of a checkpoint or from a stranger is data, and what it would need the right for is an error.
   */
  readonly trusted?: boolean
  /** Where bases and plugins of a trusted text are looked up from. Default: the current directory. */
  readonly folder?: string
}

/**
 * A config from text (MMEngine's `Config.fromstring`).
 * @param format with its dot, as a file would end: `.json`, `.yaml`, `.yml`, `.ts`, `.js`
 * @throws TesseraError as `loadConfig`; UNSUPPORTED for what only a trusted text may do
 */
export async function loadConfigText(text: string, format: string, options: LoadTextOptions = {}): Promise<LoadedConfig> {
  const { trusted = false, folder = '.' } = options
  const session = createSession(new Environment(trusted ? process.env : undefined))
  const file = join(resolve(folder), `text${format}`)
  if (MODULES.includes(format)) {
    if (!trusted) throw needsTrust('a program is only run for a text that is trusted', '', format)
    return withFile(text, format, async (written) => finishConfig(await readWithBases(written, session), file, session, options))
  }
  const readBase = (base: string): Promise<ConfigDict> => {
    if (!trusted) throw needsTrust('only a text that is trusted may name a base', '_base_', base)
    return readNamedBase(base, { file, chain: [], objects: [] }, session)
  }
  const config = await readConfigText(text, format, file, { environment: session.environment, readBase })
  if (!trusted) refuseReach(config)
  const merged = await mergeBases(config, { file: trusted ? file : undefined, chain: [], objects: [] }, session)
  return finishConfig(merged, file, session, { ...options, plugins: trusted })
}

/** What reaches out of a text: bases are read, plugins are run. */
function refuseReach(config: ConfigDict): void {
  for (const key of ['_base_', 'custom_imports']) {
    if (Object.hasOwn(config, key)) throw needsTrust(`only a text that is trusted may have ${key}`, key, config[key])
  }
}

function needsTrust(what: string, path: string, got: unknown): TesseraError {
  return new TesseraError('UNSUPPORTED', { what, path, got, hint: 'Pass { trusted: true } if the text is your own.' })
}

/** A module must be a file to be imported. */
async function withFile<T>(text: string, extension: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-config-'))
  try {
    const file = join(folder, `text${extension}`)
    await writeFile(file, text)
    return await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
