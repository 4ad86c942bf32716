import {
  BUILDER,
  type Builder,
  type ConfigOf,
  codeOnly,
  hasLayerDepth,
  inject,
  type LayerDepth,
  LOGGER,
  type Logger,
  OPTIM_WRAPPER_CONSTRUCTORS,
  TesseraError,
} from '@tessera/core'
import type { Module } from '@tessera/nn'
import * as v from 'valibot'
import type { ParamGroupInit } from '../optimizers/paramGroupInit.js'
import { type ConstructorOptions, DefaultOptimWrapperConstructor, dotted } from './defaultOptimWrapperConstructor.js'
import { type LayerDecayRate, layerScale } from './layerScale.js'
import { type DefaultParamwise, defaultParamwiseEntries, paramwiseConfig } from './paramwiseConfig.js'
import { wrapperConfigSchema } from './wrapperConfig.js'

const rate = v.pipe(v.number(), v.finite('Expected a finite number'), v.minValue(0, 'Expected a rate that is not negative'))

const paramwiseEntries = {
  ...defaultParamwiseEntries,
  /**
   * Each layer's learning rate is the next higher one's times this. Beyond MMPreTrain: a list of scales, one for each layer, next to the
   * input first; or, in a TypeScript config, a function from a layer's depth and the number of layers to its scale.
   */
  layer_decay_rate: v.optional(
    v.union([rate, v.array(rate), codeOnly<(depth: number, numLayers: number) => number>((value) => typeof value === 'function')]),
    1,
  ),
  /** Beyond MMPreTrain: `lr_mult` of custom keys and `bias_lr_mult` multiply the layer's rate. `combine_rules` implies it. */
  apply_lr_mult: v.nullish(v.boolean()),
}

const schema = v.strictObject({
  optim_wrapper_cfg: wrapperConfigSchema,
  /** Missing or empty: one group of all parameters, without layer decay. */
  paramwise_cfg: paramwiseConfig(paramwiseEntries),
})

const paramwiseSchema = v.strictObject(paramwiseEntries)

interface LayerDecayConstructorConfig extends ConfigOf<'LearningRateDecayOptimWrapperConstructor', typeof schema> {}
declare module '@tessera/core' {
  interface OptimWrapperConstructorTypes {
    LearningRateDecayOptimWrapperConstructor: LayerDecayConstructorConfig
  }
}

export type GetLayerDepth = (paramName: string) => LayerDepth

/**
 * Layer-wise learning-rate decay for fine-tuning (MMPreTrain; Clark et al., "ELECTRA", 2020; Bao et al., "BEiT", 2021):
 * lr · layer_decay_rate^(layers above). The model says how deep a parameter is (`getLayerDepth`).
 */
@OPTIM_WRAPPER_CONSTRUCTORS.registerModule()
export class LearningRateDecayOptimWrapperConstructor extends DefaultOptimWrapperConstructor {
  static override readonly schema: v.GenericSchema = schema
  protected readonly layerDecayRate: LayerDecayRate
  /** Whether `lr_mult` counts beside the depth. */
  private readonly appliesLrMult: boolean
  /** The rules by kind of layer that this class follows. */
  private readonly rules: DefaultParamwise

  constructor(
    options: ConstructorOptions<v.InferOutput<typeof paramwiseSchema>>,
    @inject(BUILDER) builder: Builder,
    @inject(LOGGER) logger: Logger,
  ) {
    super(options, builder, logger)
    const paramwise: DefaultParamwise = options.paramwise_cfg ?? {}
    this.layerDecayRate = options.paramwise_cfg?.layer_decay_rate ?? 1
    this.appliesLrMult = options.paramwise_cfg?.apply_lr_mult === true || paramwise.combine_rules === true
    this.rules = paramwise.combine_rules === true ? paramwise : { ...paramwise, dwconv_decay_mult: undefined }
    for (const [key, settings] of Object.entries(this.paramwise?.custom_keys ?? {})) {
      for (const option of ['lr', ...(this.appliesLrMult ? [] : ['lr_mult'])].filter((name) => Object.hasOwn(settings, name))) {
        logger.warning(`paramwise_cfg.custom_keys['${key}'].${option} has no effect: the layer's depth decides the learning rate.`)
      }
    }
  }

  /** @throws TesseraError NO_LAYER_DEPTH when the root does not say how deep its layers are */
  override addParams(params: ParamGroupInit[], module: Module, prefix = '', getLayerDepth: GetLayerDepth = layerDepthOf(module)): void {
    for (const [name, parameter] of module.ownNamedParameters()) {
      if (!parameter.requiresGrad) continue
      const paramName = dotted(prefix, name)
      const { settings, lrMult = 1, decayMult = 1 } = this.groupRule(paramName, name, parameter, module, this.rules)
      const depth = getLayerDepth(paramName)
      const scale = layerScale(this.layerDecayRate, depth)
      // Key after key: a literal with spreads takes twice as long where each runs but a few hundred times.
      const group: ParamGroupInit = { params: [parameter] }
      if (this.baseWeightDecay !== undefined) group.weight_decay = this.baseWeightDecay * decayMult
      for (const key in settings) if (key !== 'decay_mult') group[key] = settings[key]
      group.lr = this.baseLr * scale * (this.appliesLrMult ? lrMult : 1)
      group['lr_scale'] = scale
      group['layer_id'] = depth[0]
      group['param_name'] = paramName
      params.push(group)
    }
    for (const [name, child] of module.namedChildren()) this.addParams(params, child, dotted(prefix, name), getLayerDepth)
  }

  protected override ignoredKeys(): readonly string[] {
    const combines = this.paramwise?.combine_rules === true
    return [
      ...super.ignoredKeys(),
      ...(this.appliesLrMult ? [] : ['bias_lr_mult']),
      ...(combines ? [] : ['dwconv_decay_mult']),
      'bypass_duplicate',
    ]
  }
}

function layerDepthOf(module: Module): GetLayerDepth {
  if (hasLayerDepth(module)) return (paramName) => module.getLayerDepth(paramName)
  throw new TesseraError('NO_LAYER_DEPTH', {
    what: `${module.constructor.name} does not say how deep its layers are`,
    expected: 'a model with getLayerDepth(paramName)',
    hint: 'Use DefaultOptimWrapperConstructor, or give the model a getLayerDepth.',
  })
}
