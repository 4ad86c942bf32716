import type * as v from 'valibot'
import { TesseraError } from '../errors.js'
import { suggest } from './suggest.js'
import type { ComponentClass, ComponentStatics } from './types.js'

export interface Entry {
  readonly name: string
  readonly module: ComponentClass & ComponentStatics
}

export interface RegisterOptions<TInstance> {
  /** Name or aliases; the class's own name when absent. */
  name?: string | readonly string[]
  /** Replace what is registered under the name. Default false: a second class under one name is an error. */
  force?: boolean
  /** Register this class now, instead of decorating one. */
  module?: ComponentClass<TInstance>
}

export interface RegistryOptions {
  /** A child registry answers for its own names first, then asks its ancestors. */
  parent?: Registry
  /** Names this registry in `scope.Type`; needed for a child. */
  scope?: string
}

/** Something that can turn a config into an instance: the run container, or a throw-away one. */
export interface Builder {
  /**
   * Builds what `config.type` names in `registry`: options are checked against the class's schema, injected services come from the run.
   * @param args what the caller hands to the constructor after the options
   */
  build<TInstance>(registry: Registry<TInstance>, config: object, ...args: unknown[]): TInstance
}

/** Python packages whose names recipes use with a prefix: `mmpretrain.QuickGELU`, `mmengine.hooks.LoggerHook`, `torch.optim.AdamW`. */
const REFERENCE_SCOPES: ReadonlySet<string> = new Set(['mmengine', 'mmpretrain', 'mmcls', 'mmcv', 'torch'])

/**
 * A catalogue of classes by `type` string (MMEngine's Registry). It holds no instances: those live in a run's container.
 * Registering the same class twice is a no-op, another class under a taken name an error.
 */
// biome-ignore lint/suspicious/noExplicitAny: a Registry of anything, for code that does not care what it builds
export class Registry<TInstance = any> {
  readonly name: string
  readonly scope: string
  readonly parent: Registry | undefined
  /** The inversify identifier under which a run's container resolves this registry's names. */
  readonly token: symbol
  private readonly entries = new Map<string, Entry>()
  private readonly childrenByScope = new Map<string, Registry>()

  constructor(name: string, options: RegistryOptions = {}) {
    this.name = name
    this.scope = options.scope ?? 'tessera'
    this.parent = options.parent
    this.token = Symbol(`${this.scope}::${name}`)
    options.parent?.addChild(this)
  }

  get children(): ReadonlyMap<string, Registry> {
    return this.childrenByScope
  }

  get root(): Registry {
    return this.parent === undefined ? this : this.parent.root
  }

  get size(): number {
    return this.entries.size
  }

  /** The names registered here, sorted; ancestors and children not included. */
  list(): string[] {
    return [...this.entries.keys()].sort()
  }

  /** Every entry of this registry and of all below it. */
  *walk(): Generator<{ readonly registry: Registry; readonly entry: Entry }> {
    for (const name of this.list()) {
      const entry = this.entries.get(name)
      if (entry !== undefined) yield { registry: this, entry }
    }
    for (const child of this.children.values()) yield* child.walk()
  }

  /** `@MODELS.registerModule()` above a class, or `MODELS.registerModule({ module: X })`. */
  registerModule(options: RegisterOptions<TInstance> = {}): <TClass extends ComponentClass<TInstance>>(module: TClass) => TClass {
    if (options.module !== undefined) this.register(options.module, options)
    return (module) => {
      this.register(module, options)
      return module
    }
  }

  /**
   * The entry that `type` names, searched here, then in the ancestors; `scope.Type` names a registry of the same family.
   * The dotted names that Python recipes hold (`mmpretrain.models.VisionTransformer`) mean the class that they end in.
   */
  get(type: string): Entry | undefined {
    const own = this.entries.get(type)
    if (own !== undefined) return own
    const dot = type.indexOf('.')
    if (dot > 0) {
      const scope = type.slice(0, dot)
      const scoped = this.findScope(scope)
      if (scoped !== undefined && scoped !== this) return scoped.get(type.slice(dot + 1))
      if (scoped === this) return this.entries.get(type.slice(dot + 1))
      if (REFERENCE_SCOPES.has(scope)) return this.get(type.slice(type.lastIndexOf('.') + 1))
    }
    return this.parent?.get(type)
  }

  /** The registry of the family that answers for a scope; this one if the scope is not known or not given. */
  inScope(scope: string | undefined): Registry<TInstance> {
    return scope === undefined || REFERENCE_SCOPES.has(scope) ? this : (this.findScope(scope) ?? this)
  }

  /** Whether names may be written with this scope in front. */
  hasScope(scope: string): boolean {
    return REFERENCE_SCOPES.has(scope) || this.findScope(scope) !== undefined
  }

  has(type: string): boolean {
    return this.get(type) !== undefined
  }

  /** The entry that `type` names, or an error that lists the nearest names and where it looked. */
  resolve(type: string, path?: string): Entry {
    const entry = this.get(type)
    if (entry !== undefined) return entry
    const known = this.visibleNames()
    throw new TesseraError('UNKNOWN_TYPE', {
      what: `no ${this.name} is registered under this name`,
      path,
      got: type,
      nearest: suggest(type, known),
      expected:
        known.length === 0
          ? 'nothing is registered: import the package that provides it'
          : `one of ${known.length} in ${this.scope}::${this.name}`,
      hint: 'A component of your own must be imported by the config (or named in `custom_imports`).',
    })
  }

  /** Builds with the given builder; see `Builder.build`. */
  build(config: object, builder: Builder, ...args: unknown[]): TInstance {
    return builder.build(this, config, ...args)
  }

  schemaOf(entry: Entry): v.GenericSchema | undefined {
    return entry.module.schema
  }

  private register(module: ComponentClass<TInstance>, options: RegisterOptions<TInstance>): void {
    if (!isConstructor(module)) {
      throw new TesseraError('INVALID_REGISTRATION', { what: `${this.name}.registerModule takes a class`, got: module })
    }
    const names = options.name === undefined ? [module.name] : typeof options.name === 'string' ? [options.name] : options.name
    if (names.length === 0)
      throw new TesseraError('INVALID_REGISTRATION', { what: `an empty list of names registers no ${this.name}`, got: module })
    for (const name of names) {
      if (name === '') throw new TesseraError('INVALID_REGISTRATION', { what: `an anonymous class needs a name to be a ${this.name}` })
      const existing = this.entries.get(name)
      if (existing !== undefined && existing.module !== module && options.force !== true) {
        throw new TesseraError('DUPLICATE_TYPE', {
          what: `'${name}' is already registered in ${this.scope}::${this.name}`,
          got: `another class ${module.name}`,
          hint: 'Choose another name, or replace it with { force: true }.',
        })
      }
    }
    for (const name of names) this.entries.set(name, { name, module })
  }

  private addChild(child: Registry): void {
    if (this.childrenByScope.has(child.scope)) {
      throw new TesseraError('INVALID_REGISTRATION', { what: `${this.name} already has a child of scope '${child.scope}'` })
    }
    this.childrenByScope.set(child.scope, child)
  }

  private findScope(scope: string, from: Registry = this.root): Registry | undefined {
    if (from.scope === scope) return from
    for (const child of from.children.values()) {
      const found = this.findScope(scope, child)
      if (found !== undefined) return found
    }
    return undefined
  }

  private visibleNames(): string[] {
    const scoped = (registry: Registry): string[] => [
      ...registry.list().map((name) => (registry === registry.root ? name : `${registry.scope}.${name}`)),
      ...[...registry.children.values()].flatMap(scoped),
    ]
    return [...new Set([...this.list(), ...(this.parent?.visibleNames() ?? []), ...scoped(this.root)])]
  }
}

/** Whether `new` works on it: a class or an old-style function, no arrow function. */
export function isConstructor(value: unknown): value is ComponentClass & ComponentStatics {
  if (typeof value !== 'function') return false
  try {
    // Checks the new target without running it.
    Reflect.construct(Object, [], value)
    return true
  } catch {
    return false
  }
}
