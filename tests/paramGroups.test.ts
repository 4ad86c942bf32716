import { describe, expect, test } from '@jest/globals'
import { MODELS, RunContainer } from '@tessera/core'
import { dataPlugin } from '@tessera/data'
import { modelsPlugin } from '@tessera/models'
import { Module, type Parameter } from '@tessera/nn'
import { buildOptimWrapper, describeGroups, optimPlugin } from '@tessera/optim'
import { expectCase, readGoldenGroups } from '../packages/optim/src/testing/goldenGroups.js'

expect(modelsPlugin.length * dataPlugin.length * optimPlugin.length).toBeGreaterThan(0)

/** The golden models that this house can build, from MMPreTrain's own configs. */
const models = Object.entries(readGoldenGroups()).filter(([, { model_cfg }]) => known(model_cfg))

function known(config: unknown): boolean {
  if (typeof config !== 'object' || config === null) return true
  const type: unknown = Reflect.get(config, 'type')
  return (typeof type !== 'string' || MODELS.has(type)) && Object.values(config).every(known)
}

function build(config: object, shared: readonly string[] | undefined): Module {
  const model = new RunContainer().build(MODELS, config)
  if (!(model instanceof Module)) throw new Error('not a module')
  if (shared !== undefined) tie(model, shared[0] ?? '', shared[1] ?? '')
  return model
}

/** PyTorch's `b.weight = a.weight`; no layer of ours does it by itself. */
function tie(model: Module, first: string, second: string): void {
  const parameter = new Map(model.namedParameters()).get(first)
  const module = new Map(model.namedModules()).get(second.slice(0, second.lastIndexOf('.')))
  const own: unknown = module === undefined ? undefined : Reflect.get(module, 'ownParameters')
  if (parameter === undefined || !(own instanceof Map)) throw new Error(`cannot tie ${second} to ${first}`)
  ;(own as Map<string, Parameter>).set(second.slice(second.lastIndexOf('.') + 1), parameter)
}

test('every VisionTransformer of the golden data is here', () => {
  expect(models.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'vit_avg_featmap',
      'vit_bare',
      'vit_cls_token',
      'vit_frozen1',
      'vit_no_cls_token',
      'vit_no_final_norm',
      'vit_pre_norm_layer_scale',
    ]),
  )
})

describe.each(models)('%s', (_name, golden) => {
  test('parameters and layer depths', () => {
    const model = build(golden.model_cfg, undefined)
    const parameters = [...model.namedParameters()].map(([name, { shape, requiresGrad }]) => [name, [...shape], requiresGrad])
    expect(parameters).toEqual(golden.params)
  })

  test.each(golden.cases.map((one) => [one.case, one] as const))('%s', (_case, one) => {
    expectCase(one, () => describeGroups(buildOptimWrapper(build(golden.model_cfg, one.shared), one.optim_wrapper_cfg, new RunContainer())))
  })
})
