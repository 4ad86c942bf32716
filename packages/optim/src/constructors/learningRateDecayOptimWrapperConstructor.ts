import {
  BUILDER,
  type Builder,
  type ConfigOf,
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
import { decayMultOf } from './decayRule.js'
import { type ConstructorOptions, DefaultOptimWrapperConstructor, dotted } from './defaultOptimWrapperConstructor.js'
import { layerScale } from './layerScale.js'
import { defaultParamwiseEntries, paramwiseConfig } from './paramwiseConfig.js'
import { wrapperConfigSchema } from './wrapperConfig.js'

const paramwiseEntries = {
  ...defaultParamwiseEntries,
  /** Each layer's learning rate is the next higher one's times this. */
  layer_decay_rate: v.optional(
    v.pipe(v.number(), v.finite('Expected a finite number'), v.minValue(0, 'Expected a rate that is not negative')),
    1,
  ),
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
  protected readonly layerDecayRate: number

  constructor(
    options: ConstructorOptions<v.InferOutput<typeof paramwiseSchema>>,
    @inject(BUILDER) builder: Builder,
    @inject(LOGGER) logger: Logger,
  ) {
    super(options, builder, logger)
    this.layerDecayRate = options.paramwise_cfg?.layer_decay_rate ?? 1
    for (const [key, settings] of Object.entries(this.paramwise?.custom_keys ?? {})) {
      for (const option of ['lr', 'lr_mult'].filter((name) => Object.hasOwn(settings, name))) {
        logger.warning(`paramwise_cfg.custom_keys['${key}'].${option} has no effect: the layer's depth decides the learning rate.`)
      }
    }
  }

  /** @throws TesseraError NO_LAYER_DEPTH when the root does not say how deep its layers are */
  override addParams(params: ParamGroupInit[], module: Module, prefix = '', getLayerDepth: GetLayerDepth = layerDepthOf(module)): void {
    for (const [name, parameter] of module.ownNamedParameters()) {
      if (!parameter.requiresGrad) continue
      const paramName = dotted(prefix, name)
      const { decay_mult, ...settings } = this.customSettings(paramName) ?? {}
      const depth = getLayerDepth(paramName)
      const scale = layerScale(this.layerDecayRate, depth)
      const decayMult = this.isCustom(paramName) ? decay_mult : this.ruledDecay(this.traits(name, parameter, module))
      params.push({
        params: [parameter],
        ...(this.baseWeightDecay === undefined ? {} : { weight_decay: this.baseWeightDecay * (decayMult ?? 1) }),
        ...settings,
        lr: this.baseLr * scale,
        lr_scale: scale,
        layer_id: depth[0],
        param_name: paramName,
      })
    }
    for (const [name, child] of module.namedChildren()) this.addParams(params, child, dotted(prefix, name), getLayerDepth)
  }

  protected override ignoredKeys(): readonly string[] {
    return [...super.ignoredKeys(), 'bias_lr_mult', 'dwconv_decay_mult', 'bypass_duplicate']
  }

  private isCustom(paramName: string): boolean {
    return this.customSettings(paramName) !== undefined
  }

  private ruledDecay(traits: Parameters<typeof decayMultOf>[0]): number | undefined {
    const { dwconv_decay_mult: _unused, ...rules } = this.paramwise ?? {}
    return decayMultOf(traits, rules)
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
