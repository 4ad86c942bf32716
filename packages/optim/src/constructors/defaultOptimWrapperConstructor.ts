import {
  annotatePaths,
  BUILDER,
  type Builder,
  type ConfigOf,
  configPath,
  inject,
  LOGGER,
  type Logger,
  OPTIM_WRAPPER_CONSTRUCTORS,
  OPTIM_WRAPPERS,
  OPTIMIZERS,
  TesseraError,
} from '@tessera/core'
import { isDepthwiseConv, isNormLayer, type Module, type Parameter } from '@tessera/nn'
import * as v from 'valibot'
import { Optimizer } from '../optimizers/optimizer.js'
import type { ParamGroupInit } from '../optimizers/paramGroupInit.js'
import { OptimWrapper } from '../wrapper/optimWrapper.js'
import { matchCustomKey, sortCustomKeys, unmatchedKeys } from './customKeys.js'
import { decayMultOf, lrMultOf, type ParameterTraits } from './decayRule.js'
import { type CustomSettings, type DefaultParamwise, defaultParamwiseEntries, paramwiseConfig } from './paramwiseConfig.js'
import { baseOption, type WrapperConfig, wrapperConfigSchema } from './wrapperConfig.js'

const schema = v.strictObject({
  optim_wrapper_cfg: wrapperConfigSchema,
  /** Missing or empty: one group of all parameters. */
  paramwise_cfg: paramwiseConfig(defaultParamwiseEntries),
})

interface DefaultConstructorConfig extends ConfigOf<'DefaultOptimWrapperConstructor', typeof schema> {}
declare module '@tessera/core' {
  interface OptimWrapperConstructorTypes {
    DefaultOptimWrapperConstructor: DefaultConstructorConfig
  }
}

/** What a constructor of parameter groups is given; a subclass may know more paramwise keys. */
export interface ConstructorOptions<TParamwise extends DefaultParamwise = DefaultParamwise> {
  readonly optim_wrapper_cfg: WrapperConfig
  readonly paramwise_cfg?: TParamwise | null | undefined
}

/**
 * Turns a model and a config into an optimizer wrapper (MMEngine's DefaultOptimWrapperConstructor). With a `paramwise_cfg` every
 * parameter gets a group of its own, whose settings `addParams` decides; a subclass that overrides it changes the rules.
 */
@OPTIM_WRAPPER_CONSTRUCTORS.registerModule()
export class DefaultOptimWrapperConstructor {
  static readonly schema: v.GenericSchema = schema
  /** Undefined when there are no rules. */
  protected readonly paramwise: DefaultParamwise | undefined
  /** The optimizer's `weight_decay`, when the config gives one. */
  protected readonly baseWeightDecay: number | undefined
  protected readonly logger: Logger
  /** In the order in which they are tried. */
  protected readonly customKeys: readonly string[]
  private readonly wrapperConfig: WrapperConfig
  private readonly builder: Builder

  constructor(options: ConstructorOptions, @inject(BUILDER) builder: Builder, @inject(LOGGER) logger: Logger) {
    this.wrapperConfig = options.optim_wrapper_cfg
    this.paramwise = options.paramwise_cfg ?? undefined
    this.builder = builder
    this.logger = logger
    this.baseWeightDecay = baseOption(this.wrapperConfig.optimizer, 'weight_decay')
    this.customKeys = sortCustomKeys(Object.keys(this.paramwise?.custom_keys ?? {}))
    this.checkWeightDecay()
  }

  /** @throws TesseraError INVALID_OPTIONS for rules that lack the rate they multiply, INVALID_ARGUMENT for a parameter in two groups */
  construct(model: Module): OptimWrapper {
    model.nameState()
    const groups: ParamGroupInit[] = []
    if (this.paramwise === undefined) groups.push({ params: model.parameters() })
    else {
      this.warn(model)
      this.addParams(groups, model)
      for (const { params, ...settings } of groups)
        this.logger.debug(`paramwise_options -- ${params[0]?.name}: ${JSON.stringify(settings)}`)
    }
    const optimizer = this.builder.build(OPTIMIZERS, this.wrapperConfig.optimizer, groups)
    if (!(optimizer instanceof Optimizer)) throw wrongClass('optimizer', 'Optimizer', optimizer)
    const wrapper = this.builder.build(OPTIM_WRAPPERS, this.typedWrapperConfig(), optimizer)
    if (!(wrapper instanceof OptimWrapper)) throw wrongClass('optimizer wrapper', 'OptimWrapper', wrapper)
    return wrapper
  }

  /**
   * Appends a group for each parameter of `module` and of all below it. Frozen parameters get none.
   * @param prefix dotted name of `module`, `''` at the root
   */
  addParams(params: ParamGroupInit[], module: Module, prefix = ''): void {
    for (const [name, parameter] of module.ownNamedParameters()) {
      if (!parameter.requiresGrad || (this.paramwise?.bypass_duplicate === true && holds(params, parameter))) continue
      // A dot in front even at the root: `.cls_token` fits the parameter of a bare backbone.
      const settings = this.customSettings(`${prefix}.${name}`)
      params.push({
        params: [parameter],
        ...(settings ? this.customGroup(settings) : this.ruledGroup(this.traits(name, parameter, module))),
      })
    }
    for (const [name, child] of module.namedChildren()) this.addParams(params, child, dotted(prefix, name))
  }

  /** Whether a module normalizes; override to include layers of your own. */
  protected isNorm(module: Module): boolean {
    return isNormLayer(module)
  }

  /** Whether a module is a convolution with as many groups as input channels. */
  protected isDepthwiseConv(module: Module): boolean {
    return isDepthwiseConv(module)
  }

  /** The optimizer's `lr`, which a rule is about to multiply. */
  protected get baseLr(): number {
    const lr = baseOption(this.wrapperConfig.optimizer, 'lr')
    if (lr !== undefined) return lr
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'paramwise_cfg multiplies a learning rate that the optimizer config does not give',
      path: this.optimizerPath('lr'),
      expected: 'a number',
    })
  }

  /** What the first custom key that is part of the name sets. */
  protected customSettings(name: string): CustomSettings | undefined {
    const key = matchCustomKey(this.customKeys, name)
    return key === undefined ? undefined : this.paramwise?.custom_keys?.[key]
  }

  protected traits(name: string, parameter: Parameter, module: Module): ParameterTraits {
    return { name, dims: parameter.shape.length, inNorm: this.isNorm(module), inDepthwiseConv: this.isDepthwiseConv(module) }
  }

  /** Keys of `paramwise_cfg` that this class accepts, because recipes have them, and does not use. */
  protected ignoredKeys(): readonly string[] {
    return ['dcn_offset_lr_mult']
  }

  private customGroup(settings: CustomSettings): Partial<ParamGroupInit> {
    const decay = this.baseWeightDecay
    return {
      lr: this.baseLr * (settings.lr_mult ?? 1),
      ...(decay === undefined ? {} : { weight_decay: decay * (settings.decay_mult ?? 1) }),
      ...settings,
    }
  }

  private ruledGroup(traits: ParameterTraits): Partial<ParamGroupInit> {
    const lrMult = lrMultOf(traits, this.paramwise?.bias_lr_mult)
    const decayMult = decayMultOf(traits, this.paramwise ?? {})
    return {
      ...(lrMult === undefined ? {} : { lr: this.baseLr * lrMult }),
      ...(decayMult === undefined || this.baseWeightDecay === undefined ? {} : { weight_decay: this.baseWeightDecay * decayMult }),
    }
  }

  /** As in MMEngine, `flat_decay_mult` is no error without weight decay; here it is at least said. */
  private checkWeightDecay(): void {
    if (this.paramwise === undefined || this.baseWeightDecay !== undefined) return
    const { norm_decay_mult, bias_decay_mult, dwconv_decay_mult, flat_decay_mult, custom_keys } = this.paramwise
    const custom = Object.entries(custom_keys ?? {}).find(([, settings]) => Object.hasOwn(settings, 'decay_mult'))
    const given = Object.entries({ norm_decay_mult, bias_decay_mult, dwconv_decay_mult }).find(([, mult]) => typeof mult === 'number')
    const rule = custom === undefined ? given?.[0] : `custom_keys['${custom[0]}'].decay_mult`
    if (rule !== undefined) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: `${rule} multiplies a weight decay that the optimizer config does not give`,
        path: this.optimizerPath('weight_decay'),
        expected: 'a number',
      })
    }
    if (typeof flat_decay_mult === 'number') {
      this.logger.warning(
        "flat_decay_mult has no effect: the optimizer config gives no weight_decay, so the optimizer's default holds everywhere.",
      )
    }
  }

  private warn(model: Module): void {
    const named = [...model.namedParameters()]
    // The leading dot is that of `addParams`: a key is unmatched only if no class would match it.
    for (const { key, nearest } of unmatchedKeys(
      this.customKeys,
      named.map(([name]) => `.${name}`),
    )) {
      const meant = nearest.length === 0 ? '' : ` Did you mean ${nearest.map((name) => `'${name}'`).join(' or ')}?`
      this.logger.warning(`paramwise_cfg.custom_keys: '${key}' is part of no parameter's name.${meant}`)
    }
    for (const key of this.ignoredKeys()) {
      if (Object.hasOwn(this.paramwise ?? {}, key)) this.logger.warning(`${this.constructor.name} does not use paramwise_cfg.${key}.`)
    }
    const frozen = named.filter(([, parameter]) => !parameter.requiresGrad).map(([name]) => name)
    if (frozen.length > 0) this.logger.warning(`${frozen.length} frozen parameters are in no group: ${listed(frozen)}`)
  }

  private typedWrapperConfig(): object {
    if (Object.hasOwn(this.wrapperConfig, 'type')) return this.wrapperConfig
    const typed = { type: 'OptimWrapper', ...this.wrapperConfig }
    annotatePaths(typed, configPath(this.wrapperConfig))
    return typed
  }

  private optimizerPath(key: string): string {
    const path = configPath(this.wrapperConfig.optimizer)
    return path === undefined ? `optimizer.${key}` : `${path}.${key}`
  }
}

export function dotted(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}

function holds(groups: readonly ParamGroupInit[], parameter: Parameter): boolean {
  return groups.some((group) => group.params.includes(parameter))
}

function listed(names: readonly string[], limit = 5): string {
  return names.length <= limit ? names.join(', ') : `${names.slice(0, limit).join(', ')}, …`
}

function wrongClass(what: string, base: string, got: object): TesseraError {
  return new TesseraError('INVALID_REGISTRATION', {
    what: `what is registered as ${what} is none`,
    got: got.constructor.name,
    expected: `a class that extends ${base} of @tessera/optim`,
  })
}
