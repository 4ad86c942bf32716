import { expect, test } from '@jest/globals'
import { RunContainer } from '@tessera/core'
import { buildOptimWrapper } from '@tessera/nn'
import fc from 'fast-check'
import { type GoldenModel, NamedTree } from '../testing/namedTree.js'
import { describeGroups, type GroupDescription } from '../wrapper/describeGroups.js'
import '../plugin.js'

const LAYERS = 5
const names = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom('patch', 'layers.0', 'layers.1', 'layers.2', 'ln', 'head'), fc.constantFrom('weight', 'bias', 'gamma', 'token'))
    .map((parts) => parts.join('.')),
  { minLength: 1, maxLength: 16 },
)
const mult = fc.constantFrom(0, 0.1, 0.5, 1, 3)
const optional = { requiredKeys: [] as never[] }
const customKeys = fc.dictionary(
  fc.constantFrom('layers', 'layers.1', 'bias', 'ln.weight', 'token', '/^head/', '.gamma', 'nothing'),
  fc.record({ lr_mult: mult, decay_mult: mult }, optional),
)
const paramwise = fc.record(
  {
    custom_keys: customKeys,
    bias_lr_mult: mult,
    bias_decay_mult: mult,
    norm_decay_mult: mult,
    dwconv_decay_mult: mult,
    flat_decay_mult: mult,
    combine_rules: fc.boolean(),
    bypass_duplicate: fc.boolean(),
  },
  optional,
)

/** Depth by place, so that every layer of the model is somebody's. */
function modelOf(ordered: readonly string[], trainable: (name: string) => boolean = () => true): GoldenModel {
  const depths = ['patch', 'layers.0', 'layers.1', 'layers.2', 'ln', 'head']
  const depthOf = (name: string) =>
    Math.min(
      LAYERS - 1,
      depths.findIndex((part) => name.startsWith(part)),
    )
  return {
    params: ordered.map((name) => [name, name.endsWith('weight') ? [3, 2] : [3], trainable(name)] as const),
    norm_modules: ['ln'],
    dwconv_modules: [],
    layer_depth: Object.fromEntries(ordered.map((name) => [name, [depthOf(name), LAYERS] as const])),
  }
}

function groupsOf(model: GoldenModel, type: string, paramwise_cfg: object): GroupDescription[] {
  const config = { optimizer: { type: 'AdamW', lr: 0.4, weight_decay: 0.1 }, constructor: type, paramwise_cfg }
  return describeGroups(buildOptimWrapper(new NamedTree(model), config, new RunContainer()))
}

const constructors = fc.constantFrom('DefaultOptimWrapperConstructor', 'LearningRateDecayOptimWrapperConstructor')

test('any paramwise config covers each trainable parameter exactly once', () => {
  fc.assert(
    fc.property(names, fc.func(fc.boolean()), constructors, paramwise, (all, trainable, type, config) => {
      fc.pre(Object.keys(config).length > 0 && all.some((name) => trainable(name)))
      const covered = groupsOf(
        modelOf(all, (name) => trainable(name)),
        type,
        config,
      ).flatMap(({ params }) => params)
      expect([...covered].sort()).toEqual(all.filter((name) => trainable(name)).sort())
    }),
  )
})

test("each layer's rate is base · rate^(n − depth − 1)", () => {
  fc.assert(
    fc.property(names, fc.double({ min: 0.05, max: 1, noNaN: true }), paramwise, (all, rate, config) => {
      const model = modelOf(all)
      const paramwise_cfg = { ...config, combine_rules: false, layer_decay_rate: rate }
      for (const { params, lr, lr_scale, layer_id } of groupsOf(model, 'LearningRateDecayOptimWrapperConstructor', paramwise_cfg)) {
        const depth = model.layer_depth?.[params[0] ?? '']?.[0] ?? -1
        expect([layer_id, lr_scale, lr]).toEqual([depth, rate ** (LAYERS - depth - 1), 0.4 * rate ** (LAYERS - depth - 1)])
      }
    }),
  )
})

test('the order in which modules and keys were registered decides no setting', () => {
  fc.assert(
    fc.property(
      names.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      constructors,
      paramwise,
      ([all, shuffled], type, config) => {
        fc.pre(Object.keys(config).length > 0)
        const custom_keys = Object.fromEntries(Object.entries(config.custom_keys ?? {}).reverse())
        const byName = (groups: GroupDescription[]) => Object.fromEntries(groups.map(({ params, ...settings }) => [params[0], settings]))
        expect(byName(groupsOf(modelOf(shuffled), type, { ...config, custom_keys }))).toEqual(
          byName(groupsOf(modelOf(all), type, { ...config, custom_keys: config.custom_keys ?? {} })),
        )
      },
    ),
  )
})
