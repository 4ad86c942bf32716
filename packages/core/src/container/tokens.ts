import type { RandomSource } from '../contracts/data.js'
import type { Logger } from '../contracts/logger.js'
import type { MessageHubContract } from '../contracts/messageHub.js'
import type { Builder } from '../registry/registry.js'

declare const SERVICE: unique symbol
/** An inversify identifier that knows the type of what it names. */
export type Token<T> = symbol & { readonly [SERVICE]?: T }

export function createToken<T>(name: string): Token<T> {
  return Symbol(name)
}

/** What a run shares. A component asks for one by `@inject(TOKEN)`. */
export const LOGGER = createToken<Logger>('LOGGER')
export const MESSAGE_HUB = createToken<MessageHubContract>('MESSAGE_HUB')
export const BUILDER = createToken<Builder>('BUILDER')
/** The run's seed stream; fork it by name, so that one component's draws never move another's. */
export const RANDOM = createToken<RandomSource>('RANDOM')
/** The run's whole config, frozen. */
export const CONFIG = createToken<Readonly<Record<string, unknown>>>('CONFIG')
/** Absolute path of the work directory. */
export const WORK_DIR = createToken<string>('WORK_DIR')
