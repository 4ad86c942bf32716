import { describe, expect, test } from '@jest/globals'
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
  TRANSFORMS,
} from '../registry/root.js'
import { componentConfig, componentConfigs } from '../schema/componentConfig.js'
import { checkComponents } from './checkComponents.js'

function register(registry: Registry<object>, name: string, entries: v.ObjectEntries): void {
  registry.registerModule({ name, module: Object.assign(class {}, { schema: v.strictObject(entries) }) })
}

const number = v.optional(v.number())
register(MODELS, 'Classifier', {
  backbone: componentConfig(MODELS),
  head: v.nullish(
    v.pipe(
      componentConfig(MODELS),
      v.check(() => true),
    ),
  ),
  init_cfg: v.nullish(v.union([componentConfig(MODELS), v.array(componentConfig(MODELS))])),
})
register(MODELS, 'Net', { depth: v.number(), rate: number, cfg: v.optional(v.strictObject({ a: number, b: number })) })
register(DATASETS as Registry<object>, 'Images', {
  pipeline: v.optional(componentConfigs(TRANSFORMS), []),
  by_name: v.optional(v.record(v.string(), componentConfig(TRANSFORMS))),
})
register(TRANSFORMS as Registry<object>, 'Crop', { size: v.number() })
register(DATA_LOADERS as Registry<object>, 'DataLoader', { dataset: componentConfig(DATASETS), batch_size: number })
register(LOOPS, 'EpochBasedTrainLoop', { max_epochs: v.number() })
register(LOOPS, 'IterBasedTrainLoop', { max_iters: v.number() })
register(LOOPS, 'ValLoop', {})
register(OPTIMIZERS, 'SGD', { lr: v.number() })
register(OPTIM_WRAPPERS, 'OptimWrapper', { optimizer: componentConfig(OPTIMIZERS) })
register(OPTIM_WRAPPER_CONSTRUCTORS, 'DefaultOptimWrapperConstructor', {
  optim_wrapper_cfg: v.unknown(),
  paramwise_cfg: v.optional(v.strictObject({ bias_lr_mult: number })),
})
register(HOOKS, 'Timer', { interval: number })
register(METRICS, 'Accuracy', { topk: number })

const AUDIO = new Registry<object>('model', { parent: MODELS, scope: 'audio' })
register(AUDIO, 'Net', { mels: v.number() })

function problems(config: Record<string, unknown>): string[] {
  return checkComponents(config).map(({ message }) => message)
}

const LOADER = { dataset: { type: 'Images', pipeline: [{ type: 'Crop', size: 1 }] } }

describe('checkComponents has nothing to say about', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'a whole model',
      { model: { type: 'Classifier', backbone: { type: 'Net', depth: 1 }, head: null, init_cfg: [{ type: 'Net', depth: 1 }] } },
    ],
    [
      'a loader without a type, or several by name',
      { train_dataloader: LOADER, val_dataloader: { type: 'DataLoaderDict', loaders: { a: LOADER } } },
    ],
    ['loops by by_epoch, by what they count, or by type', { train_cfg: { by_epoch: true, max_epochs: 1 }, val_cfg: {} }],
    ['a loop that counts iterations', { train_cfg: { max_iters: 5 } }],
    ['one that says so', { train_cfg: { by_epoch: false, max_iters: 5 } }],
    ['an optimizer wrapper', { optim_wrapper: { optimizer: { type: 'SGD', lr: 1 }, paramwise_cfg: { bias_lr_mult: 1 } } }],
    ['hooks', { default_hooks: { timer: null, other: { interval: 3 } }, custom_hooks: [{ type: 'Timer', priority: 'LOW' }] }],
    ['one evaluator or several', { val_evaluator: { type: 'Accuracy' }, test_evaluator: [{ type: 'Accuracy', topk: 1 }] }],
    ['variables of a recipe, however they look', { my_model: { type: 'Nothing' }, model: null }],
    ["a recipe's scopes", { model: { type: 'mmpretrain.models.Net', depth: 1, _scope_: 'mmpretrain' } }],
    ['a plugin by scope', { model: { type: 'audio.Net', mels: 1 } }],
    ['a plugin by _scope_, inside too', { model: { _scope_: 'audio', type: 'Classifier', backbone: { type: 'Net', mels: 1 } } }],
    ['a plugin by the default scope', { default_scope: 'audio', model: { type: 'Net', mels: 1 } }],
    ['a class as type', { model: { type: class Own {}, anything: 1 } }],
  ])('%s', (_what, config) => {
    expect(problems(config)).toEqual([])
  })
})

describe('checkComponents finds', () => {
  test.each<[string, Record<string, unknown>, RegExp[]]>([
    [
      'every unknown option, also inside an option, and wrong values beside it',
      { model: { type: 'Net', dept: 1, depth: '1', cfg: { c: 1, d: 2 }, rat: 1 } },
      [
        /^model\.cfg\.c: Net has no option 'c'/,
        /^model\.cfg\.d: Net has no option 'd'/,
        /^model\.dept: Net has no option 'dept'.*Did you mean 'depth'/,
        /^model\.rat: .*Did you mean 'rate'/,
        /^model\.depth: Net cannot take this value; got '1', expected number/,
      ],
    ],
    ['a missing option', { model: { type: 'Net' } }, [/^model\.depth: Net needs the option 'depth'/]],
    [
      'unknown types at any depth, past each other',
      { model: { type: 'Classifier', backbone: { type: 'Nett', inner: [{ type: 'Unheard' }, { type: 'norm' }] }, head: { type: 'Hed' } } },
      [
        /^model\.backbone\.type: no model .*'Nett'.*Did you mean 'Net'/,
        /^model\.backbone\.inner\[0\]\.type: no component is registered under this name; got 'Unheard'/,
        /^model\.head\.type: .*'Hed'/,
      ],
    ],
    [
      'them in lists, records and unions',
      {
        train_dataloader: {
          dataset: { type: 'Images', pipeline: [{ type: 'Crop', size: 1 }, { type: 'Crp' }], by_name: { a: { type: 'Crop' } } },
        },
        model: { type: 'Classifier', backbone: { type: 'Net', depth: 1 }, init_cfg: [{ type: 'Net', depth: 'x' }] },
      },
      [
        /^train_dataloader\.dataset\.pipeline\[1\]\.type: no transform .*'Crp'/,
        /^train_dataloader\.dataset\.by_name\.a\.size: Crop needs/,
        /^model\.init_cfg\[0\]\.depth: Net cannot/,
      ],
    ],
    [
      'what is nearest in any registry, where the place does not say which is meant',
      { model: { type: 'Unheard', inner: { type: 'Accurcy' } } },
      [/^model\.type: no model/, /^model\.inner\.type: no component .*Did you mean 'Accuracy'/],
    ],
    [
      'a loader among several',
      { val_dataloader: { type: 'DataLoaderDict', loaders: { a: LOADER, b: { dataset: { type: 'Imges' } } } } },
      [/^val_dataloader\.loaders\.b\.dataset\.type: .*'Images'/],
    ],
    [
      'the constructor and its rules',
      { optim_wrapper: { optimizer: { type: 'SGD', lr: 1 }, constructor: 'DefaultOptimWrapperConstructr' } },
      [/^optim_wrapper\.constructor: .*Did you mean 'DefaultOptimWrapperConstructor'/],
    ],
    [
      "a rule of the default constructor, once, and the wrapper's and the optimizer's options",
      { optim_wrapper: { optimizer: { type: 'SGD', lrr: 1 }, paramwise_cfg: { bias_lr_mul: 1 }, acumulate: 2 } },
      [
        /^optim_wrapper\.paramwise_cfg\.bias_lr_mul: .*Did you mean 'bias_lr_mult'/,
        /^optim_wrapper\.acumulate: OptimWrapper has no option/,
        /^optim_wrapper\.optimizer\.lrr: SGD has no option/,
        /^optim_wrapper\.optimizer\.lr: SGD needs/,
      ],
    ],
    [
      'a loop key',
      { train_cfg: { by_epoch: true, max_epoch: 1, max_epochs: 1 } },
      [/^train_cfg\.max_epoch: EpochBasedTrainLoop has no option/],
    ],
    [
      'a component without a type',
      { model: { depth: 1 }, custom_hooks: [{ interval: 1 }] },
      [/^model: a model config needs a 'type'/, /^custom_hooks\[0\]: a hook config needs a 'type'/],
    ],
    [
      'the scope of a plugin at work',
      { default_scope: 'audio', model: { type: 'Net', depth: 1 } },
      [/^model\.depth: Net has no option/, /^model\.mels: Net needs/],
    ],
  ])('%s', (_what, config, messages) => {
    const found = problems(config)
    expect(found).toHaveLength(messages.length)
    messages.forEach((message, index) => void expect(found[index]).toMatch(message))
  })
})
