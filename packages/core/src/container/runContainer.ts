import { type BindingIdentifier, Container } from 'inversify'
import { annotatePaths, configPath } from '../config/configPath.js'
import { SILENT_LOGGER } from '../contracts/logger.js'
import { SILENT_MESSAGE_HUB } from '../contracts/messageHub.js'
import { TesseraError } from '../errors.js'
import { type Builder, type Entry, isConstructor, type Registry } from '../registry/registry.js'
import { parseOptions } from '../schema/parseOptions.js'
import { injectedTokens } from './injection.js'
import { BUILDER, CONFIG, LOGGER, MESSAGE_HUB, type Token } from './tokens.js'

/** How the container keeps a component: a function of the parsed options and the caller's arguments. */
type Factory = (options: unknown, args: readonly unknown[], builder?: Builder) => unknown

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

  /** Where names without a scope are looked up first. */
  private readonly scope: string | undefined

  constructor(config: Readonly<Record<string, unknown>> = {}) {
    this.scope = ownText(config, 'default_scope')
    this.bind(BUILDER, this)
    this.bind(CONFIG, config)
    this.bind(LOGGER, SILENT_LOGGER)
    this.bind(MESSAGE_HUB, SILENT_MESSAGE_HUB)
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
    return this.buildIn(undefined, registry, config, args)
  }

  /** @param scope the `_scope_` of a component that this one is part of; undefined for the run's own */
  private buildIn<TInstance>(scope: string | undefined, family: Registry<TInstance>, config: object, args: readonly unknown[]): TInstance {
    const inner = ownText(config, '_scope_') ?? scope
    const registry = family.inScope(inner ?? this.scope)
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
    const builder = inner === undefined ? undefined : new ScopedBuilder((...part) => this.buildIn(inner, ...part))
    return factory(options, args, builder) as TInstance
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
    return {
      entry,
      factory: createFactory(
        entry,
        tokens,
        tokens.map(([, token]) => this.get(token)),
      ),
    }
  }

  private bindEntry(registry: Registry, type: string, entry: Entry, path?: string): void {
    const tokens = this.providedTokens(entry, path)
    const binding = this.container
      .bind<Resolved>(registry.token)
      .toResolvedValue(
        (...services: unknown[]) => ({ entry, factory: createFactory(entry, tokens, services) }),
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

/** Hands on the scope of a component to whatever that one builds. */
class ScopedBuilder implements Builder {
  constructor(private readonly buildPart: (registry: Registry, config: object, args: readonly unknown[]) => unknown) {}

  build<TInstance>(registry: Registry<TInstance>, config: object, ...args: unknown[]): TInstance {
    return this.buildPart(registry, config, args) as TInstance
  }
}

/**
 * Options first, then the caller's arguments in order, services at the positions that asked for them.
 * A builder that is handed over stands in for the run's own.
 */
function createFactory(entry: Entry, tokens: readonly (readonly [number, Token<unknown>])[], provided: readonly unknown[]): Factory {
  // A catalogue entry was registered as a concrete class; `abstract` in its type only widens what decorators accept.
  const module = entry.module as unknown as new (...args: unknown[]) => unknown
  if (tokens.length === 0) return (options, args) => new module(options, ...args)
  const services = new Map(tokens.map(([index], i) => [index, provided[i]]))
  const builders = new Set(tokens.filter(([, token]) => token === BUILDER).map(([index]) => index))
  const last = Math.max(...services.keys())
  return (options, args, builder) => {
    const given = [options, ...args]
    const all: unknown[] = []
    for (let index = 0; index <= last || given.length > 0; index++) {
      if (builder !== undefined && builders.has(index)) all.push(builder)
      else all.push(services.has(index) ? services.get(index) : given.shift())
    }
    return new module(...all)
  }
}

function ownText(config: object, key: string): string | undefined {
  const value: unknown = Object.hasOwn(config, key) ? Reflect.get(config, key) : undefined
  return typeof value === 'string' ? value : undefined
}

function ownType(config: object): string | Entry['module'] | undefined {
  if (!Object.hasOwn(config, 'type')) return undefined
  const type: unknown = Reflect.get(config, 'type')
  return typeof type === 'string' || isConstructor(type) ? type : undefined
}
