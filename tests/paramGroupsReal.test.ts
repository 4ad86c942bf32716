import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { MODELS, RunContainer } from '@tessera/core'
import { dataPlugin } from '@tessera/data'
import { modelsPlugin } from '@tessera/models'
import { Module } from '@tessera/nn'
import { buildOptimWrapper, describeGroups, optimPlugin } from '@tessera/optim'

expect(modelsPlugin.length * dataPlugin.length * optimPlugin.length).toBeGreaterThan(0)

/** Full-size models and optimizer sections of MMPreTrain's own recipes, and what its constructors made of them. */
interface Recipe {
  readonly config: string
  readonly model: object
  readonly optim_wrapper: object
  readonly num_groups: number
  readonly num_params: number
  readonly shapes: Record<string, number[]>
  /** Groups with the same settings as one, with their parameters in order. */
  readonly distinct: ({ params: string[]; lr: number } & Record<string, unknown>)[]
}

const recipes = Object.entries(readRecipes()).filter(([, { model }]) => known(model))

function readRecipes(): Record<string, Recipe> {
  const bytes = readFileSync(new URL('data/paramGroupsReal.json.gz', import.meta.url))
  // Our own file, made from MMPreTrain's answers; a Python tuple is written { __tuple__: […] }.
  return JSON.parse(gunzipSync(bytes).toString('utf8'), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && '__tuple__' in value ? value.__tuple__ : value,
  ) as Record<string, Recipe>
}

/** Whether the model and its parts are ours to build; their initialisation and augmentation change no group. */
function known(model: object): boolean {
  const parts = [model, ...['backbone', 'neck', 'head', 'encoder'].map((key): unknown => Reflect.get(model, key))]
  return parts.every((part) => typeof part !== 'object' || part === null || MODELS.has(String(Reflect.get(part, 'type'))))
}

test('the recipes whose models are here', () => {
  expect(recipes.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'beit__benchmarks__beit-base-p16_8xb128-coslr-100e_in1k',
      'convnext__convnext-tiny_32xb128_in1k',
      'deit__deit-tiny-distilled_4xb256_in1k',
      'deit__deit-tiny_4xb256_in1k',
      'mae__benchmarks__vit-base-p16_8xb128-coslr-100e_in1k',
      'mae__benchmarks__vit-large-p16_8xb128-coslr-50e_in1k',
      'maskfeat__benchmarks__vit-base-p16_8xb256-coslr-100e_in1k',
      'mixmim__benchmarks__mixmim-base_8xb128-coslr-100e_in1k',
      'mobilenet_v3__mobilenet-v3-small_8xb128_in1k',
      'resnet__resnet18_8xb32_in1k',
      'simclr__simclr_resnet50_16xb256-coslr-200e_in1k',
      'simmim__benchmarks__swin-base-w7_8xb256-coslr-100e_in1k',
      'spark__benchmarks__resnet50_8xb256-coslr-300e_in1k',
      'swin_transformer__swin-tiny_16xb64_in1k',
      'vision_transformer__vit-base-p16_64xb64_in1k',
    ]),
  )
})

describe.each(recipes)('%s', (_name, recipe) => {
  const container = new RunContainer()
  const model = container.build(MODELS, recipe.model)
  if (!(model instanceof Module)) throw new Error('not a module')

  test('parameters', () => {
    const shapes = [...model.namedParameters()].map(([name, { shape }]) => [name, [...shape]])
    expect(shapes).toEqual(Object.entries(recipe.shapes))
    const size = [...model.namedParameters()].reduce((sum, [, { size: own }]) => sum + own, 0)
    expect(size).toBe(recipe.num_params)
  })

  test('groups', () => {
    const groups = describeGroups(buildOptimWrapper(model, recipe.optim_wrapper, container))
    expect(groups.length).toBe(recipe.num_groups)
    const keys = [...new Set(recipe.distinct.flatMap((settings) => Object.keys(settings)))].filter((key) => key !== 'params')
    const distinct = new Map<string, { params: string[]; settings: Record<string, unknown> }>()
    for (const { params, ...settings } of groups) {
      const chosen = Object.fromEntries(keys.map((key) => [key, settings[key]]))
      const same = distinct.get(JSON.stringify(chosen)) ?? { params: [], settings: chosen }
      same.params.push(...params)
      distinct.set(JSON.stringify(chosen), same)
    }
    expect([...distinct.values()].map(({ params }) => params)).toEqual(recipe.distinct.map(({ params }) => params))
    ;[...distinct.values()].forEach(({ settings }, i) => {
      for (const key of keys) {
        const wanted = recipe.distinct[i]?.[key]
        if (!same(settings[key], wanted)) throw new Error(`${key} is ${settings[key]}, expected ${wanted}`)
      }
    })
  })
})

/** Golden floats have 9 significant digits. */
function same(got: unknown, wanted: unknown): boolean {
  if (typeof got === 'number' && typeof wanted === 'number') return Math.abs(got - wanted) <= 1e-8 * Math.abs(wanted)
  return got === wanted
}
