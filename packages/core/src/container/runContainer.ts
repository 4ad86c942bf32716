import { type BindingIdentifier, Container } from 'inversify'
import { annotatePaths, configPath } from '../config/configPath.js'
import { SILENT_LOGGER } from '../contracts/logger.js'
import { TesseraError } from '../errors.js'
import { type Builder, type Entry, isConstructor, type Registry } from '../registry/registry.js'
import { parseOptions } from '../schema/parseOptions.js'
import { injectedTokens } from './injection.js'
import { BUILDER, CONFIG, LOGGER, type Token } from './tokens.js'

/** How the container keeps a component: a function of the parsed options and the caller's arguments. */
type Factory = (options: unknown, args: readonly unknown[]) => unknown

interface Resolved {
  readonly entry: Entry
  readonly factory: Factory
}

/**
 * Everything one run shares, on an inversify container that lives as long as the run.
 * A `type` resolves as a named binding of its registry's token, made from the catalogue at first use,
 * so a plugin or a test can `rebind` one name for one run. Two containers share nothing but the catalogue.
 */
export class RunContainer implements Builder {
  private readonly container = new Container({ defaultScope: 'Singleton' })
  private readonly resolved = new Map<symbol, Map<string | Entry['module'], Resolved>>()
  private readonly identifiers = new Map<symbol, Map<string, BindingIdentifier>>()

  constructor(config: Readonly<Record<string, unknown>> = {}) {
    this.bind(BUILDER, this)
    this.bind(CONFIG, config)
    this.bind(LOGGER, SILENT_LOGGER)
  }

  /** Provides a service for this run; a second call under the same token replaces the first. */
  bind<T>(token: Token<T>, service: T): void {
    if (this.container.isBound(token)) this.container.unbind(token)
    this.container.bind(token).toConstantValue(service)
    this.resolved.clear()
  }

  has<T>(token: Token<T>): boolean {
    return this.container.isBound(token)
  }

  get<T>(token: Token<T>): T {
    if (!this.container.isBound(token)) throw missingService(token, 'this run provides no such service')
    return this.container.get<T>(token)
  }

  /** For this run only, `type` means another class. */
  rebind(registry: Registry, type: string, module: Entry['module']): void {
    this.resolved.get(registry.token)?.delete(type)
    const bound = this.identifiers.get(registry.token)?.get(type)
    if (bound !== undefined) this.container.unbind(bound)
    this.bindEntry(registry, type, { name: type, module })
  }

  build<TInstance>(registry: Registry<TInstance>, config: object, ...args: unknown[]): TInstance {
    const path = configPath(config)
    const type = ownType(config)
    if (type === undefined) {
      throw new TesseraError('MISSING_TYPE', {
        what: `a ${registry.name} config needs a 'type'`,
        path,
        got: config,
        hint: `Known: ${registry.list().slice(0, 12).join(', ')}.`,
      })
    }
    const { entry, factory } = this.resolve(registry, type, path)
    const options = parseOptions(registry.schemaOf(entry), config, { path, type: entry.name })
    // Components check what a schema cannot say; they too can name the place.
    if (path !== undefined) annotatePaths(options, path, { keep: true })
    // The registry's type parameter is what its registration accepted, so the factory gives a TInstance.
    return factory(options, args) as TInstance
  }

  /** Unbinds everything; services with `dispose()` are disposed by whoever made them. */
  dispose(): void {
    this.resolved.clear()
    this.identifiers.clear()
    this.container.unbindAll()
  }

  private resolve(registry: Registry, type: string | Entry['module'], path: string | undefined): Resolved {
    let ofRegistry = this.resolved.get(registry.token)
    if (ofRegistry === undefined) {
      ofRegistry = new Map()
      this.resolved.set(registry.token, ofRegistry)
    }
    const known = ofRegistry.get(type)
    if (known !== undefined) return known
    const found = typeof type === 'string' ? this.resolveName(registry, type, path) : this.resolveClass(type, path)
    ofRegistry.set(type, found)
    return found
  }

  private resolveName(registry: Registry, type: string, path: string | undefined): Resolved {
    if (!this.container.isBound(registry.token, { name: type })) this.bindEntry(registry, type, registry.resolve(type, path), path)
    return this.container.get<Resolved>(registry.token, { name: type })
  }

  /** A class given as `type` is that very class, registered or not. */
  private resolveClass(module: Entry['module'], path: string | undefined): Resolved {
    const entry = { name: module.name, module }
    const tokens = this.providedTokens(entry, path)
    return { entry, factory: createFactory(entry, new Map(tokens.map(([index, token]) => [index, this.get(token)]))) }
  }

  private bindEntry(registry: Registry, type: string, entry: Entry, path?: string): void {
    const tokens = this.providedTokens(entry, path)
    const binding = this.container
      .bind<Resolved>(registry.token)
      .toResolvedValue(
        (...services: unknown[]) => ({ entry, factory: createFactory(entry, new Map(tokens.map(([index], i) => [index, services[i]]))) }),
        tokens.map(([, token]) => token),
      )
      // `resolved` is the cache; one inside inversify would hold on to a service after another has replaced it.
      .inTransientScope()
      .whenNamed(type)
    const ofRegistry = this.identifiers.get(registry.token) ?? new Map<string, BindingIdentifier>()
    this.identifiers.set(registry.token, ofRegistry.set(type, binding.getIdentifier()))
  }

  private providedTokens(entry: Entry, path: string | undefined): [number, Token<unknown>][] {
    const tokens = [...injectedTokens(entry.module)]
    for (const [, token] of tokens)
      if (!this.has(token)) throw missingService(token, `${entry.name} asks for a service that this run does not provide`, path)
    return tokens
  }
}

function missingService(token: Token<unknown>, what: string, path?: string): TesseraError {
  return new TesseraError('MISSING_SERVICE', {
    what,
    path,
    got: token.description,
    hint: 'Bind it with container.bind(TOKEN, service) before building what needs it.',
  })
}

/** Options first, then the caller's arguments in order, services at the positions that asked for them. */
function createFactory(entry: Entry, services: ReadonlyMap<number, unknown>): Factory {
  // A catalogue entry was registered as a concrete class; `abstract` in its type only widens what decorators accept.
  const module = entry.module as unknown as new (...args: unknown[]) => unknown
  if (services.size === 0) return (options, args) => new module(options, ...args)
  const last = Math.max(...services.keys())
  return (options, args) => {
    const given = [options, ...args]
    const all: unknown[] = []
    for (let index = 0; index <= last || given.length > 0; index++) all.push(services.has(index) ? services.get(index) : given.shift())
    return new module(...all)
  }
}

function ownType(config: object): string | Entry['module'] | undefined {
  if (!Object.hasOwn(config, 'type')) return undefined
  const type: unknown = Reflect.get(config, 'type')
  return typeof type === 'string' || isConstructor(type) ? type : undefined
}
