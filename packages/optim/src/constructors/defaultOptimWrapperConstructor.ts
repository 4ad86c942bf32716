import {
  annotatePaths,
  BUILDER,
  type Builder,
  type ConfigOf,
  configPath,
  hasNoWeightDecay,
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
import { type NamePattern, namePatterns, unmatchedKeys } from './customKeys.js'
import type { ParameterTraits } from './decayRule.js'
import { type GroupRule, groupRuleOf } from './groupRule.js'
import { listed } from './listed.js'
import { type CustomSettings, type DefaultParamwise, defaultParamwiseEntries, paramwiseConfig } from './paramwiseConfig.js'
import { baseOption, requireOptimizer, type WrapperConfig, wrapperConfigSchema } from './wrapperConfig.js'

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
  protected readonly customKeys: readonly NamePattern[]
  private readonly frozen: readonly NamePattern[]
  /** Parameters that the model wants without weight decay, if it was to be asked. */
  private freeOfDecay: ReadonlySet<Parameter> = new Set()
  private readonly wrapperConfig: WrapperConfig
  private readonly builder: Builder

  constructor(options: ConstructorOptions, @inject(BUILDER) builder: Builder, @inject(LOGGER) logger: Logger) {
    this.wrapperConfig = options.optim_wrapper_cfg
    requireOptimizer(this.wrapperConfig)
    this.paramwise = options.paramwise_cfg ?? undefined
    this.builder = builder
    this.logger = logger
    this.baseWeightDecay = baseOption(this.wrapperConfig.optimizer, 'weight_decay')
    this.customKeys = namePatterns(Object.keys(this.paramwise?.custom_keys ?? {}), 'optim_wrapper.paramwise_cfg.custom_keys')
    this.frozen = namePatterns(this.paramwise?.frozen ?? [], 'optim_wrapper.paramwise_cfg.frozen')
    this.checkWeightDecay()
  }

  /** @throws TesseraError INVALID_OPTIONS for rules that lack the rate they multiply, INVALID_ARGUMENT for a parameter in two groups */
  construct(model: Module): OptimWrapper {
    // By its full name a parameter is known everywhere, whichever part of the model this optimizer is for.
    model.root.nameState()
    const groups: ParamGroupInit[] = []
    if (this.paramwise === undefined) groups.push({ params: model.parameters() })
    else {
      this.freeze(model)
      this.freeOfDecay = this.paramwise.model_no_weight_decay === true ? withoutDecay(model, this.logger) : new Set()
      this.warn(model)
      this.addParams(groups, model)
      if (this.logger.keepsDebug !== false) {
        for (const { params, ...settings } of groups)
          this.logger.debug(`paramwise_options -- ${params[0]?.name}: ${JSON.stringify(settings)}`)
      }
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
      const { settings, lrMult, decayMult } = this.groupRule(`${prefix}.${name}`, name, parameter, module)
      const decay = this.baseWeightDecay
      params.push({
        params: [parameter],
        ...(lrMult === undefined ? {} : { lr: this.baseLr * lrMult }),
        ...(decayMult === undefined || decay === undefined ? {} : { weight_decay: decay * decayMult }),
        ...settings,
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

  /**
   * What all rules together make of a parameter.
   * @param fullName what custom keys are held against
   * @param rules default `paramwise_cfg`, of which a subclass may leave rules out
   */
  protected groupRule(
    fullName: string,
    name: string,
    parameter: Parameter,
    module: Module,
    rules: DefaultParamwise = this.paramwise ?? {},
  ): GroupRule {
    const fitting: CustomSettings[] = []
    for (const pattern of this.customKeys) {
      const settings = pattern.matches(fullName) ? this.paramwise?.custom_keys?.[pattern.key] : undefined
      if (settings !== undefined) fitting.push(settings)
    }
    return groupRuleOf(fitting, this.traits(name, parameter, module), rules, this.freeOfDecay.has(parameter))
  }

  protected traits(name: string, parameter: Parameter, module: Module): ParameterTraits {
    return { name, dims: parameter.shape.length, inNorm: this.isNorm(module), inDepthwiseConv: this.isDepthwiseConv(module) }
  }

  /** Keys of `paramwise_cfg` that this class accepts, because recipes have them, and does not use. */
  protected ignoredKeys(): readonly string[] {
    return ['dcn_offset_lr_mult', '_delete']
  }

  private freeze(model: Module): void {
    if (this.frozen.length === 0) return
    for (const [name, parameter] of model.namedParameters()) {
      if (this.frozen.some((pattern) => pattern.matches(`.${name}`))) parameter.requiresGrad = false
    }
  }

  /** As in MMEngine, `flat_decay_mult` is no error without weight decay; here it is at least said. */
  private checkWeightDecay(): void {
    if (this.paramwise === undefined || this.baseWeightDecay !== undefined) return
    const { norm_decay_mult, bias_decay_mult, dwconv_decay_mult, flat_decay_mult, custom_keys, model_no_weight_decay } = this.paramwise
    const custom = Object.entries(custom_keys ?? {}).find(([, settings]) => Object.hasOwn(settings, 'decay_mult'))
    const given = Object.entries({ norm_decay_mult, bias_decay_mult, dwconv_decay_mult }).find(([, mult]) => typeof mult === 'number')
    const byKind = given?.[0] ?? (model_no_weight_decay === true ? 'model_no_weight_decay' : undefined)
    const rule = custom === undefined ? byKind : `custom_keys['${custom[0]}'].decay_mult`
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
    const names: string[] = []
    const frozen: string[] = []
    for (const [name, parameter] of model.namedParameters()) {
      // The leading dot is that of `addParams`: a key is unmatched only if no class would match it.
      names.push(`.${name}`)
      if (!parameter.requiresGrad) frozen.push(name)
    }
    for (const [option, patterns] of [['custom_keys', this.customKeys] as const, ['frozen', this.frozen] as const]) {
      for (const { key, nearest } of unmatchedKeys(patterns, names)) {
        const meant = nearest.length === 0 ? '' : ` Did you mean ${nearest.map((name) => `'${name}'`).join(' or ')}?`
        const fits = key.startsWith('/') ? "fits no parameter's name" : "is part of no parameter's name"
        this.logger.warning(`paramwise_cfg.${option}: '${key}' ${fits}.${meant}`)
      }
    }
    for (const key of this.ignoredKeys()) {
      if (Object.hasOwn(this.paramwise ?? {}, key)) this.logger.warning(`${this.constructor.name} does not use paramwise_cfg.${key}.`)
    }
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

/** Parameters named by any module below that says which of its own go without weight decay. */
function withoutDecay(model: Module, logger: Logger): Set<Parameter> {
  const asked = [...model.namedModules()].filter(([, module]) => hasNoWeightDecay(module))
  if (asked.length === 0) {
    logger.warning('paramwise_cfg.model_no_weight_decay has no effect: no part of the model has a noWeightDecay().')
  }
  const found = new Set<Parameter>()
  for (const [, module] of asked) {
    const names = new Set(hasNoWeightDecay(module) ? module.noWeightDecay() : [])
    for (const [name, parameter] of module.namedParameters()) if (names.has(name)) found.add(parameter)
  }
  return found
}

function holds(groups: readonly ParamGroupInit[], parameter: Parameter): boolean {
  return groups.some((group) => group.params.includes(parameter))
}

function wrongClass(what: string, base: string, got: object): TesseraError {
  return new TesseraError('INVALID_REGISTRATION', {
    what: `what is registered as ${what} is none`,
    got: got.constructor.name,
    expected: `a class that extends ${base} of @tessera/optim`,
  })
}
