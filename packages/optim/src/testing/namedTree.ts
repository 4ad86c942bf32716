import type { HasLayerDepth, LayerDepth } from '@tessera/core'
import { TesseraError } from '@tessera/core'
import { Module, Parameter } from '@tessera/nn'

/** What a golden file says of a model. */
export interface GoldenModel {
  readonly params: readonly (readonly [name: string, shape: number[], requiresGrad: boolean])[]
  readonly norm_modules: readonly string[]
  readonly dwconv_modules: readonly string[]
  /** Absent for models that do not say. */
  readonly layer_depth?: Readonly<Record<string, LayerDepth>> | null
}

export type LayerKind = 'norm' | 'depthwise' | 'other'

class NamedModule extends Module {
  readonly kind: LayerKind

  constructor(kind: LayerKind) {
    super()
    this.kind = kind
  }

  override forward(): never {
    throw new Error('a tree of names computes nothing')
  }
}

/** A module tree with a model's names, shapes and layer kinds, and nothing to compute. */
export class NamedTree extends NamedModule implements HasLayerDepth {
  private readonly depths: GoldenModel['layer_depth']

  /** @param shared two parameters of which the second becomes the first */
  constructor(model: GoldenModel, shared?: readonly string[]) {
    super('other')
    this.depths = model.layer_depth
    const kindOf = (path: string): LayerKind =>
      model.norm_modules.includes(path) ? 'norm' : model.dwconv_modules.includes(path) ? 'depthwise' : 'other'
    const made = new Map<string, Parameter>()
    for (const [name, shape, requiresGrad] of model.params) {
      const source = shared?.[1] === name ? made.get(shared[0] ?? '') : undefined
      const parameter = source ?? new Parameter(shape)
      if (source === undefined) parameter.requiresGrad = requiresGrad
      made.set(name, parameter)
      const path = name.split('.').slice(0, -1)
      this.at(path, kindOf).registerParameter(name.slice(name.lastIndexOf('.') + 1), parameter)
    }
  }

  getLayerDepth(paramName: string): LayerDepth {
    const depth = this.depths?.[paramName]
    if (depth !== undefined) return depth
    throw new TesseraError('NO_LAYER_DEPTH', { what: 'no depth is known', path: paramName })
  }

  private at(path: readonly string[], kindOf: (path: string) => LayerKind): Module {
    let module: Module = this
    path.forEach((name, i) => {
      const known = new Map(module.namedChildren()).get(name)
      module = known ?? module.registerModule(name, new NamedModule(kindOf(path.slice(0, i + 1).join('.'))))
    })
    return module
  }
}

export function kindOf(module: Module): LayerKind {
  return module instanceof NamedModule ? module.kind : 'other'
}
