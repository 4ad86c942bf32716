import {
  BUILDER,
  type Builder,
  type ConfigOf,
  configPath,
  inject,
  LOGGER,
  type Logger,
  OPTIM_WRAPPER_CONSTRUCTORS,
  suggest,
  TesseraError,
} from '@tessera/core'
import { buildOptimWrapper, type Module } from '@tessera/nn'
import * as v from 'valibot'
import { OptimWrapper } from '../wrapper/optimWrapper.js'
import { OptimWrapperDict } from '../wrapper/optimWrapperDict.js'
import { listed } from './listed.js'
import { wrapperConfigSchema } from './wrapperConfig.js'

const schema = v.strictObject({
  /** By the name of a part of the model, what trains it: an `optim_wrapper` section of its own. */
  optim_wrapper_cfg: v.pipe(
    v.record(v.string(), wrapperConfigSchema),
    v.check((named) => Object.keys(named).length > 0, 'Expected at least one optimizer wrapper'),
  ),
  /** Each wrapper has its own. */
  paramwise_cfg: v.optional(v.custom<undefined>((value) => value === undefined, 'Expected none here: each wrapper has its own')),
})

interface MultiConstructorConfig extends ConfigOf<'MultiOptimWrapperConstructor', typeof schema> {}
declare module '@tessera/core' {
  interface OptimWrapperConstructorTypes {
    MultiOptimWrapperConstructor: MultiConstructorConfig
  }
}

/**
 * An optimizer for each of several parts of a model, a generator and a discriminator: names are those of the model's children (or dotted
 * paths), and the model updates each wrapper itself. MMEngine leaves such a constructor to its users; the name and the form of the config
 * are MMagic's.
 */
@OPTIM_WRAPPER_CONSTRUCTORS.registerModule()
export class MultiOptimWrapperConstructor {
  static readonly schema: v.GenericSchema = schema
  private readonly wrappers: Readonly<Record<string, object>>
  private readonly path: string
  private readonly builder: Builder
  private readonly logger: Logger

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder, @inject(LOGGER) logger: Logger) {
    this.wrappers = options.optim_wrapper_cfg
    this.path = configPath(options) ?? 'optim_wrapper'
    this.builder = builder
    this.logger = logger
  }

  /** @throws TesseraError INVALID_CONFIG for a name that the model has no part of */
  construct(model: Module): OptimWrapperDict {
    const parts = new Map(model.namedModules())
    const wrappers = Object.entries(this.wrappers).map(([name, config]) => {
      const part = parts.get(name)
      if (part === undefined || name === '') throw this.unknown(name, model)
      const wrapper = buildOptimWrapper(part, config, this.builder)
      if (wrapper instanceof OptimWrapper) return [name, wrapper] as const
      throw new TesseraError('INVALID_CONFIG', {
        what: 'an optimizer wrapper by name is a single one',
        path: `${this.path}.${name}`,
        got: wrapper.constructor.name,
        expected: 'an OptimWrapper',
      })
    })
    const made = new OptimWrapperDict(Object.fromEntries(wrappers))
    this.warnOfUntrained(model, made)
    return made
  }

  private unknown(name: string, model: Module): TesseraError {
    const children = [...model.namedChildren()].map(([child]) => child)
    return new TesseraError('INVALID_CONFIG', {
      what: 'an optimizer wrapper is named after the part of the model that it trains, and the model has none of that name',
      path: `${this.path}.${name}`,
      nearest: suggest(name, children),
      expected: `one of ${children.join(', ')}`,
    })
  }

  private warnOfUntrained(model: Module, { paramGroups }: OptimWrapperDict): void {
    const trained = new Set(paramGroups.flatMap(({ params }) => params))
    const left = [...model.namedParameters()].filter(([, parameter]) => parameter.requiresGrad && !trained.has(parameter))
    if (left.length > 0) this.logger.warning(`${left.length} parameters are in no optimizer: ${listed(left.map(([name]) => name))}`)
  }
}
