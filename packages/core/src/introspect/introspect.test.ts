import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import * as v from 'valibot'
import { Registry } from '../registry/registry.js'
import {
  DATA_LOADERS,
  DATASETS,
  HOOKS,
  LOOPS,
  METRICS,
  MODELS,
  OPTIM_WRAPPER_CONSTRUCTORS,
  OPTIM_WRAPPERS,
  OPTIMIZERS,
} from '../registry/root.js'
import { componentConfig, componentConfigs } from '../schema/componentConfig.js'
import { configSchema } from './configSchema.js'
import { type FindDocs, listComponents } from './listComponents.js'
import { optionSchema } from './optionSchema.js'
import { typeText } from './typeText.js'

const number = v.optional(v.number())
const add = (registry: Registry, name: string, entries: v.ObjectEntries): void => {
  registry.registerModule({ name, module: Object.assign(class Made {}, { schema: v.strictObject(entries) }) })
}
add(MODELS, 'Net', {
  depth: v.pipe(v.number(), v.integer(), v.minValue(1)),
  rate: v.optional(v.number(), 0.5),
  cfg: v.optional(v.strictObject({ a: number })),
})
add(MODELS, 'Classifier', { backbone: componentConfig(MODELS), parts: v.nullish(componentConfigs(MODELS)) })
add(OPTIMIZERS, 'SGD', { lr: v.number() })
add(OPTIM_WRAPPERS, 'OptimWrapper', { optimizer: componentConfig(OPTIMIZERS) })
const rules = v.strictObject({ norm_decay_mult: number })
const chosen = Object.assign(
  v.lazy((input) => (input === null ? v.null() : rules)),
  { wrapped: rules },
)
add(OPTIM_WRAPPER_CONSTRUCTORS, 'DefaultOptimWrapperConstructor', { optim_wrapper_cfg: v.unknown(), paramwise_cfg: v.optional(chosen) })
add(OPTIM_WRAPPER_CONSTRUCTORS, 'LayerDecay', {
  optim_wrapper_cfg: v.unknown(),
  paramwise_cfg: v.optional(v.strictObject({ layer_decay_rate: number })),
})
add(DATASETS, 'Images', { root: v.string() })
add(DATA_LOADERS, 'DataLoader', { dataset: componentConfig(DATASETS), batch_size: number })
add(LOOPS, 'EpochBasedTrainLoop', { max_epochs: v.number() })
add(LOOPS, 'ValLoop', { fp16: v.optional(v.boolean()) })
add(LOOPS, 'TestLoop', {})
add(HOOKS, 'Timer', { interval: number })
add(METRICS, 'Accuracy', { topk: number })
const AUDIO = new Registry<object>('model', { parent: MODELS, scope: 'audio' })
add(AUDIO, 'Net', { mels: v.number() })

describe('typeText', () => {
  test.each<[string, v.GenericSchema, string]>([
    ['text', v.string(), 'string'],
    ['a whole number with bounds', v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)), 'integer ≥ 1, ≤ 9'],
    ['open bounds', v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 'number > 0, < 1'],
    ['choices', v.picklist(['min', 'max']), "'min' | 'max'"],
    ['one value', v.literal('a'), "'a'"],
    ['null or something', v.nullish(v.boolean()), 'boolean | null'],
    ['a union, each once', v.union([v.string(), v.pipe(v.string(), v.minLength(1)), v.number()]), 'string | number'],
    ['a list', v.array(v.number()), 'number[]'],
    ['a list of either', v.array(v.union([v.string(), v.number()])), '(string | number)[]'],
    ['a tuple', v.tuple([v.number(), v.string()]), '[number, string]'],
    ['an object', v.strictObject({ a: number, b: number }), '{ a, b }'],
    ['a large one', v.strictObject({ a: number, b: number, c: number, d: number, e: number }), '{ a, b, c, d, … }'],
    ['names with values', v.record(v.string(), v.number()), '{ [name]: number }'],
    ['a component', componentConfig(MODELS), 'MODELS'],
    ['one of two kinds', componentConfig(MODELS, METRICS), 'MODELS | METRICS'],
    ['components', v.optional(componentConfigs(HOOKS)), 'HOOKS[]'],
    ['what only code can check', v.custom(() => true), 'any'],
    ['a lazy schema that shows what it is', chosen, '{ norm_decay_mult }'],
  ])('%s', (_what, schema, expected) => {
    expect(typeText(optionSchema(schema))).toBe(expected)
  })
})

test('listComponents: every entry with its options, and what the docs say', () => {
  const docs: FindDocs = (module) =>
    module.schema === MODELS.get('Net')?.module.schema
      ? { summary: 'A net.', options: { rate: 'Its rate.', 'cfg.a': 'Its a.' } }
      : undefined
  const listed = listComponents([MODELS], docs)
  expect(listed.map(({ registry, type }) => `${registry}.${type}`)).toEqual(['MODELS.Classifier', 'MODELS.Net', 'audio.MODELS.Net'])
  expect(listed[1]).toEqual({
    registry: 'MODELS',
    type: 'Net',
    class: 'Made',
    doc: 'A net.',
    options: [
      { name: 'depth', type: 'integer ≥ 1', required: true },
      { name: 'rate', type: 'number', required: false, default: 0.5, doc: 'Its rate.' },
      { name: 'cfg', type: '{ a }', required: false },
      { name: 'cfg.a', type: 'number', required: false, doc: 'Its a.' },
    ],
  })
})

describe('configSchema', () => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(configSchema())
  const errors = (config: unknown): string[] =>
    validate(config)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${Object.values(params).join()}`)
  const NET = { type: 'Net', depth: 1 }

  test.each<[string, object]>([
    ['nothing', {}],
    ['bases and a schema', { $schema: './x.json', _base_: ['a.json'] }],
    ['a whole model', { model: { type: 'Classifier', backbone: NET, parts: [NET, { type: 'audio.Net', mels: 1 }] } }],
    ['a patch of a base', { model: { backbone: { depth: 3 } } }],
    ['markers', { model: { ...NET, _delete_: true, _scope_: 'x', cfg: { _delete_: true, a: 1 } } }],
    ['null for "not given"', { model: null, train_cfg: null }],
    [
      'an optimizer wrapper',
      {
        optim_wrapper: {
          type: 'OptimWrapper',
          optimizer: { type: 'SGD', lr: 1 },
          constructor: 'LayerDecay',
          paramwise_cfg: { layer_decay_rate: 1 },
        },
      },
    ],
    [
      'loaders without a type, and by name',
      { train_dataloader: { batch_size: 2 }, val_dataloader: { type: 'DataLoaderDict', loaders: {} } },
    ],
    ['loops', { train_cfg: { by_epoch: true, max_epochs: 3 }, val_cfg: {}, test_cfg: { type: 'TestLoop' } }],
    [
      'hooks',
      { default_hooks: { timer: { type: 'Timer', priority: 'LOW' }, other: null }, custom_hooks: [{ type: 'Timer', priority: 3 }] },
    ],
    ['one evaluator or several', { val_evaluator: { type: 'Accuracy' }, test_evaluator: [{ type: 'Accuracy', topk: 1 }] }],
    ['variables of your own', { my_lr: 3 }],
  ])('accepts %s', (_what, config) => {
    expect(errors(config)).toEqual([])
  })

  test.each<[string, object, RegExp]>([
    ['a misspelt type', { model: { type: 'Nett' } }, /^\/model\/type must be equal to one of the allowed values/],
    ['a misspelt type inside', { model: { type: 'Classifier', backbone: { type: 'Nett' } } }, /^\/model\/backbone\/type must be equal/],
    ['a misspelt option', { model: { ...NET, rat: 1 } }, /^\/model must NOT have additional properties rat/],
    ['a misspelt option of an option', { model: { ...NET, cfg: { b: 1 } } }, /^\/model\/cfg must NOT have additional properties b/],
    ['a value out of bounds', { model: { type: 'Net', depth: 0 } }, /^\/model\/depth must be >= 1/],
    ['a missing option', { model: { type: 'Net' } }, /^\/model must have required property 'depth'/],
    [
      "another constructor's rule",
      { optim_wrapper: { constructor: 'LayerDecay', paramwise_cfg: { norm_decay_mult: 1 } } },
      /paramwise_cfg must NOT have additional properties norm_decay_mult/,
    ],
    ['an unknown constructor', { optim_wrapper: { constructor: 'LayerDecy' } }, /^\/optim_wrapper\/constructor must be equal/],
    [
      'a misspelt key of the loader',
      { train_dataloader: { batchsize: 1 } },
      /^\/train_dataloader must NOT have additional properties batchsize/,
    ],
    [
      'a misspelt option of a hook',
      { custom_hooks: [{ type: 'Timer', intervall: 3 }] },
      /^\/custom_hooks\/0 must NOT have additional properties intervall/,
    ],
    ['a misspelt seed', { randomness: { sed: 1 } }, /^\/randomness must NOT have additional properties sed/],
  ])('refuses %s', (_what, config, message) => {
    expect(errors(config)).toEqual(expect.arrayContaining([expect.stringMatching(message)]))
  })

  test('carries the docs', () => {
    const { definitions } = configSchema((module) =>
      module.schema === MODELS.get('Net')?.module.schema ? { summary: 'A net.', options: { rate: 'Its rate.' } } : undefined,
    )
    expect(definitions).toMatchObject({
      'MODELS.Net': { description: 'A net.', properties: { rate: { type: 'number', default: 0.5, description: 'Its rate.' } } },
    })
  })
})
