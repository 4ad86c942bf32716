import { tf } from '@tessera/runtime'
import { NormLayer } from '../layers/normLayer.js'
import { observeCalls } from '../module/callPath.js'
import type { Module } from '../module/module.js'
import { kernelCost, product } from './kernelCost.js'

export interface ModuleCost {
  /** Dotted name; `''` for the whole. */
  readonly name: string
  readonly type: string
  readonly depth: number
  /** Its own and those below it; a tensor that two share counts once. */
  readonly parameters: number
  readonly flops: number
  readonly activations: number
  /** Of its first call; empty where it was not called or returned no tensor. */
  readonly outputShape: readonly number[]
}

export interface Complexity {
  readonly modules: readonly ModuleCost[]
  /** Multiply-adds of everything, by what does it. */
  readonly byKind: Readonly<Record<string, number>>
}

interface Counts {
  flops: number
  activations: number
  outputShape: readonly number[] | undefined
}

/**
 * Counts what one forward pass computes, module by module, from the shapes of the kernels that run: multiply-adds of products and
 * convolutions, and, as the reference counts them, 5 an element for a layer norm and 2 for a batch norm with weight and bias.
 * @param run one forward pass, within a tidy of its own
 */
export async function measureComplexity(model: Module, run: () => void): Promise<Complexity> {
  const own = new Map<Module, Counts>()
  const byKind: Record<string, number> = {}
  const countsOf = (module: Module): Counts => {
    const known = own.get(module) ?? { flops: 0, activations: 0, outputShape: undefined }
    own.set(module, known)
    return known
  }
  const add = (module: Module, kind: string, flops: number, activations: number): void => {
    if (flops + activations === 0) return
    const counts = countsOf(module)
    counts.flops += flops
    counts.activations += activations
    byKind[kind] = (byKind[kind] ?? 0) + flops
  }
  let seen = 0
  const takeKernels = (module: Module | undefined): void => {
    const { kernels } = tf.engine().state.activeProfile
    for (; seen < kernels.length; seen++) {
      const kernel = kernels[seen]
      if (kernel === undefined) continue
      const { flops, activations } = kernelCost({
        name: kernel.name,
        inputShapes: kernel.inputShapes.map((shape) => shape ?? []),
        outputShapes: kernel.outputShapes,
      })
      add(module ?? model, kernel.name, flops, activations)
    }
  }
  await tf.profile(() => {
    observeCalls(
      {
        onSwitch: takeKernels,
        onLeave(module, result) {
          const shape = shapeOf(result)
          if (shape === undefined) return
          countsOf(module).outputShape ??= shape
          if (module instanceof NormLayer) add(module, 'norm', product(shape) * normCost(module), 0)
        },
      },
      run,
    )
    takeKernels(undefined)
    return []
  })
  return { modules: [...model.namedModules()].map(([name, module]) => costOf(name, module, own)), byKind }
}

/** The reference's: a norm in evaluation is a shift and a scale where its statistics stand fixed, else five operations an element. */
function normCost(norm: NormLayer): number {
  const isAffine = [...norm.ownNamedParameters()].length > 0
  const hasStatistics = [...norm.ownNamedBuffers()].length > 0
  return hasStatistics ? (isAffine ? 2 : 1) : isAffine ? 5 : 4
}

function costOf(name: string, module: Module, own: ReadonlyMap<Module, Counts>): ModuleCost {
  let flops = 0
  let activations = 0
  for (const below of new Set([...module.namedModules()].map(([, one]) => one))) {
    flops += own.get(below)?.flops ?? 0
    activations += own.get(below)?.activations ?? 0
  }
  return {
    name,
    type: module.constructor.name,
    depth: name === '' ? 0 : name.split('.').length,
    parameters: module.parameters().reduce((sum, { size }) => sum + size, 0),
    flops,
    activations,
    outputShape: own.get(module)?.outputShape ?? [],
  }
}

function shapeOf(result: unknown): readonly number[] | undefined {
  const first: unknown = Array.isArray(result) ? result.at(-1) : result
  if (typeof first !== 'object' || first === null) return undefined
  const shape: unknown = Reflect.get(first, 'shape')
  return Array.isArray(shape) ? shape.filter((size) => typeof size === 'number') : undefined
}
