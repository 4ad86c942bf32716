import { type ConfigOf, OPTIM_WRAPPER_CONSTRUCTORS } from '@tessera/core'
import type { Module } from '@tessera/nn'
import {
  DefaultOptimWrapperConstructor,
  defaultParamwiseEntries,
  type ParamGroupInit,
  paramwiseConfig,
  wrapperConfigSchema,
} from '@tessera/optim'
import * as v from 'valibot'

const schema = v.strictObject({
  optim_wrapper_cfg: wrapperConfigSchema,
  paramwise_cfg: paramwiseConfig({
    ...defaultParamwiseEntries,
    /** The head's learning rate is the base's times this. */
    head_lr_mult: v.optional(v.pipe(v.number(), v.minValue(0)), 10),
  }),
})

interface HeadFirstConfig extends ConfigOf<'HeadFirstOptimWrapperConstructor', typeof schema> {}
declare module '@tessera/core' {
  interface OptimWrapperConstructorTypes {
    HeadFirstOptimWrapperConstructor: HeadFirstConfig
  }
}

/** A new head on a trained backbone learns faster than the backbone: everything else is the default constructor's. */
@OPTIM_WRAPPER_CONSTRUCTORS.registerModule()
export class HeadFirstOptimWrapperConstructor extends DefaultOptimWrapperConstructor {
  static override readonly schema: v.GenericSchema = schema

  override addParams(params: ParamGroupInit[], module: Module, prefix = ''): void {
    super.addParams(params, module, prefix)
    if (prefix !== '') return
    const factor = v.parse(v.looseObject({ head_lr_mult: v.number() }), this.paramwise).head_lr_mult
    for (const group of params) {
      if (group.params.every(({ name }) => name.startsWith('head.'))) group['lr'] = Number(group['lr'] ?? this.baseLr) * factor
    }
  }
}
