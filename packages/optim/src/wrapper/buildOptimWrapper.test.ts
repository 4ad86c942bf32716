import { describe, expect, test } from '@jest/globals'
import { annotatePaths, LOGGER, type Logger, OPTIM_WRAPPER_CONSTRUCTORS, RunContainer, SILENT_LOGGER } from '@tessera/core'
import { buildOptimWrapper, type Module } from '@tessera/nn'
import { DefaultOptimWrapperConstructor } from '../constructors/defaultOptimWrapperConstructor.js'
import type { ParamGroupInit } from '../optimizers/paramGroupInit.js'
import { type GoldenModel, NamedTree } from '../testing/namedTree.js'
import { describeGroups } from './describeGroups.js'
import '../plugin.js'

const MODEL: GoldenModel = {
  params: [
    ['backbone.cls_token', [1, 1, 4], true],
    ['backbone.ln1.weight', [4], true],
    ['head.fc.weight', [2, 4], true],
    ['head.fc.bias', [2], false],
  ],
  norm_modules: [],
  dwconv_modules: [],
  layer_depth: { 'backbone.cls_token': [0, 3], 'backbone.ln1.weight': [1, 3], 'head.fc.weight': [2, 3] },
}

function build(config: object) {
  const warnings: string[] = []
  const container = new RunContainer()
  container.bind(LOGGER, { ...SILENT_LOGGER, warning: (message: string) => warnings.push(message) } as Logger)
  annotatePaths(config, 'optim_wrapper')
  const wrapper = buildOptimWrapper(new NamedTree(MODEL), config, container)
  return { groups: describeGroups(wrapper), warnings }
}

const optimizer = { type: 'AdamW', lr: 1, weight_decay: 0.5 }
const layerDecay = 'LearningRateDecayOptimWrapperConstructor'

describe('buildOptimWrapper', () => {
  test("takes the default constructor when the config has no 'constructor' of its own", () => {
    expect(build({ optimizer }).groups).toEqual([
      { params: ['backbone.cls_token', 'backbone.ln1.weight', 'head.fc.weight', 'head.fc.bias'], ...defaults(1, 0.5) },
    ])
  })

  test.each([undefined, {}, null])('paramwise_cfg %p means one group, with layer decay too', (paramwise_cfg) => {
    expect(build({ optimizer, constructor: layerDecay, paramwise_cfg }).groups.length).toBe(1)
  })

  test('layer decay', () => {
    const { groups, warnings } = build({ optimizer, constructor: layerDecay, paramwise_cfg: { layer_decay_rate: 0.5 } })
    expect(groups.map(({ param_name, lr, lr_scale, layer_id }) => [param_name, lr, lr_scale, layer_id])).toEqual([
      ['backbone.cls_token', 0.25, 0.25, 0],
      ['backbone.ln1.weight', 0.5, 0.5, 1],
      ['head.fc.weight', 1, 1, 2],
    ])
    expect(warnings).toEqual(['1 frozen parameters are in no group: head.fc.bias'])
  })

  test.each([
    [
      { layer_decay_rat: 0.75 },
      layerDecay,
      /optim_wrapper\.paramwise_cfg\.layer_decay_rat: .*no option 'layer_decay_rat'.*Did you mean 'layer_decay_rate'/,
    ],
    [{ layer_decay_rate: 0.75 }, undefined, /DefaultOptimWrapperConstructor has no option 'layer_decay_rate'/],
    [{ norm_decay_mult: '0' }, undefined, /optim_wrapper\.paramwise_cfg\.norm_decay_mult: .*got '0'/],
    [{ custom_keys: ['head'] }, undefined, /optim_wrapper\.paramwise_cfg\.custom_keys/],
    [{ custom_keys: { head: { lr_mult: 'x' } } }, undefined, /paramwise_cfg\.custom_keys\.head\.lr_mult: .*got 'x'/],
  ])('%j is an error', (paramwise_cfg, name, message) => {
    expect(() => build({ optimizer, paramwise_cfg, ...(name === undefined ? {} : { constructor: name }) })).toThrow(message)
  })

  test.each([
    [{ optimizer, constructor: 'LearningRateDecayOptimWraperConstructor' }, /Did you mean 'LearningRateDecayOptimWrapperConstructor'/],
    [{ accumulative_counts: 2 }, /optim_wrapper: an optimizer wrapper needs an 'optimizer'/],
    [{ optimizer: { ...optimizer, lr: '0.1' }, paramwise_cfg: { bias_lr_mult: 1 } }, /optim_wrapper\.optimizer\.lr.*got '0\.1'/],
    [{ optimizer: { ...optimizer, lr: -1 } }, /optim_wrapper\.optimizer\.lr: .*not negative.*got -1/],
    [{ optimizer: { ...optimizer, betas: [0.9, 1] } }, /optim_wrapper\.optimizer\.betas\.1: Expected a beta in \[0, 1\); got 1/],
    [
      { optimizer: { type: 'SGD', lr: 1, nesterov: true } },
      /optim_wrapper\.optimizer: Nesterov momentum requires a momentum and zero dampening/,
    ],
    [{ optimizer: { type: 'SGD' } }, /optim_wrapper\.optimizer\.lr/],
    [{ optimizer: { ...optimizer, lr: Number.NaN } }, /optim_wrapper\.optimizer\.lr: /],
    [{ optimizer: { ...optimizer, weight_decay: -0.1 } }, /optim_wrapper\.optimizer\.weight_decay: .*not negative.*got -0\.1/],
    [{ optimizer: { ...optimizer, betas: [-0.1, 0.9] } }, /optim_wrapper\.optimizer\.betas\.0: Expected a beta in \[0, 1\); got -0\.1/],
    [{ optimizer: { ...optimizer, betas: 0.9 } }, /optim_wrapper\.optimizer\.betas.*got 0\.9/],
    ...['norm_decay_mult', 'bias_decay_mult', 'dwconv_decay_mult'].map(
      (key) =>
        [
          { optimizer: { type: 'SGD', lr: 1 }, paramwise_cfg: { [key]: 0 } },
          new RegExp(`optim_wrapper\\.optimizer\\.weight_decay: ${key} multiplies a weight decay that the optimizer config does not give`),
        ] as const,
    ),
    [
      { optimizer: { type: 'SGD', lr: 1 }, paramwise_cfg: { custom_keys: { head: { decay_mult: 0 } } } },
      /custom_keys\['head'\]\.decay_mult multiplies a weight decay/,
    ],
    [
      { optimizer: { type: 'AdamW' }, paramwise_cfg: { bias_lr_mult: 2, custom_keys: { head: { lr_mult: 2 } } } },
      /optim_wrapper\.optimizer\.lr: paramwise_cfg multiplies a learning rate that the optimizer config does not give/,
    ],
    [{ optimizer, paramwise_cfg: { custom_keys: { head: 3 } } }, /paramwise_cfg\.custom_keys\.head: .*got 3/],
    [{ optimizer, paramwise_cfg: ['x'] }, /optim_wrapper\.paramwise_cfg/],
    [{ optimizer, paramwise_cfg: { custom_keys: { head: { params: [] } } } }, /Expected no 'params'/],
    [{ optimizer, paramwise_cfg: { custom_keys: { '/(/': {} } } }, /a key between slashes is a regular expression/],
    [{ optimizer, accumulative_counts: 0 }, /optim_wrapper\.accumulative_counts: accumulative_counts must be at least 1; got 0/],
    [{ optimizer, accumulative_count: 2 }, /optim_wrapper\.accumulative_count: .*Did you mean 'accumulative_counts'/],
    [{ optimizer, paramwise_cfg: { custom_keys: { head: { betas: [2, 0.9] } } } }, /head\.fc\.weight\.betas\.0: Expected a beta/],
  ])('%j is an error', (config, message) => {
    expect(() => build(config)).toThrow(message)
  })

  test('says which keys have no effect', () => {
    const custom_keys = { '.cls_tokn': { decay_mult: 0 }, head: { lr_mult: 10, lr: 7 } }
    expect(build({ optimizer, constructor: layerDecay, paramwise_cfg: { custom_keys, bias_lr_mult: 2 } }).warnings).toEqual([
      "paramwise_cfg.custom_keys['head'].lr has no effect: the layer's depth decides the learning rate.",
      "paramwise_cfg.custom_keys['head'].lr_mult has no effect: the layer's depth decides the learning rate.",
      "paramwise_cfg.custom_keys: '.cls_tokn' is part of no parameter's name. Did you mean '.cls_token' or 'cls_token'?",
      'LearningRateDecayOptimWrapperConstructor does not use paramwise_cfg.bias_lr_mult.',
      '1 frozen parameters are in no group: head.fc.bias',
    ])
    expect(build({ optimizer: { type: 'SGD', lr: 1 }, paramwise_cfg: { flat_decay_mult: 0 } }).warnings[0]).toMatch(
      /flat_decay_mult has no effect/,
    )
  })

  test("without weight_decay layer decay works, and the optimizer's default holds", () => {
    const { groups } = build({ optimizer: { type: 'AdamW', lr: 1 }, constructor: layerDecay, paramwise_cfg: { layer_decay_rate: 0.5 } })
    expect(groups.map(({ lr, weight_decay }) => [lr, weight_decay])).toEqual([
      [0.25, 0.01],
      [0.5, 0.01],
      [1, 0.01],
    ])
  })

  describe('beyond the reference', () => {
    const rated = (paramwise_cfg: object, name = layerDecay) =>
      build({ optimizer, constructor: name, paramwise_cfg }).groups.map(({ params, lr, weight_decay }) => [params[0], lr, weight_decay])

    test('rules and custom keys combine', () => {
      const custom_keys = { backbone: { lr_mult: 0.1 }, '/^head\\./': { lr_mult: 10 }, '/\\.ln1\\./': { decay_mult: 0.5 } }
      const paramwise_cfg = { custom_keys, flat_decay_mult: 0, combine_rules: true }
      expect(rated(paramwise_cfg, 'DefaultOptimWrapperConstructor')).toEqual([
        ['backbone.cls_token', 0.1, 0.5],
        ['backbone.ln1.weight', 0.1, 0],
        ['head.fc.weight', 10, 0.5],
      ])
    })

    test('lr_mult counts beside the layer', () => {
      const paramwise_cfg = { layer_decay_rate: 0.5, apply_lr_mult: true, custom_keys: { backbone: { lr_mult: 0.1 } } }
      expect(rated(paramwise_cfg)).toEqual([
        ['backbone.cls_token', 0.025, 0.5],
        ['backbone.ln1.weight', 0.05, 0.5],
        ['head.fc.weight', 1, 0.5],
      ])
    })

    test.each([[[0.1, 0.2, 1]], [(depth: number) => [0.1, 0.2, 1][depth] ?? 0]])('layer_decay_rate %p', (layer_decay_rate) => {
      expect(rated({ layer_decay_rate }).map(([, lr]) => lr)).toEqual([0.1, 0.2, 1])
    })

    test('frozen by pattern, with a word about one that fits nothing', () => {
      const { groups, warnings } = build({ optimizer, paramwise_cfg: { frozen: ['/^\\.?backbone\\.ln/', '.cls_token', 'hed'] } })
      expect(groups.map(({ params }) => params)).toEqual([['head.fc.weight']])
      expect(warnings).toEqual([
        "paramwise_cfg.frozen: 'hed' is part of no parameter's name. Did you mean 'head'?",
        '3 frozen parameters are in no group: backbone.cls_token, backbone.ln1.weight, head.fc.bias',
      ])
    })

    test('the model is asked which parameters go without weight decay', () => {
      const paramwise_cfg = { model_no_weight_decay: true, custom_keys: { head: { lr_mult: 2 } } }
      const container = new RunContainer()
      const tree = Object.assign(new NamedTree(MODEL), { noWeightDecay: () => ['backbone.cls_token', 'head.fc.weight'] })
      const groups = describeGroups(buildOptimWrapper(tree, { optimizer, paramwise_cfg }, container))
      expect(groups.map(({ weight_decay }) => weight_decay)).toEqual([0, 0.5, 0])
      expect(build({ optimizer, paramwise_cfg }).warnings[0]).toMatch(/model_no_weight_decay has no effect/)
      expect(() => build({ optimizer: { type: 'SGD', lr: 1 }, paramwise_cfg })).toThrow(/model_no_weight_decay multiplies a weight decay/)
    })

    test("a slip in MMPreTrain's own recipes is said, not refused", () => {
      expect(build({ optimizer, paramwise_cfg: { _delete: true } }).warnings[0]).toMatch(/does not use paramwise_cfg\._delete/)
    })
  })

  test.each([
    [undefined, 3],
    [true, 3],
    [false, 0],
  ])('what each group got is a debug line, unless the logger says it keeps none: %p', (keepsDebug, count) => {
    const container = new RunContainer()
    const lines: string[] = []
    const { debug: _debug, keepsDebug: _keeps, ...others } = SILENT_LOGGER
    const logger = { ...others, debug: (message: string) => lines.push(message), ...(keepsDebug === undefined ? {} : { keepsDebug }) }
    container.bind(LOGGER, logger as Logger)
    buildOptimWrapper(new NamedTree(MODEL), { optimizer, paramwise_cfg: { bias_lr_mult: 2 } }, container)
    expect(lines.length).toBe(count)
    for (const line of lines) expect(line).toMatch(/^paramwise_options -- (backbone|head)\.[a-z0-9_.]+: \{/)
  })

  test("a user's constructor overrides addParams and is injected with the run's logger", () => {
    const container = new RunContainer()
    const lines: string[] = []
    container.bind(LOGGER, { ...SILENT_LOGGER, info: (message: string) => lines.push(message) } as Logger)
    class HeadOnly extends DefaultOptimWrapperConstructor {
      override addParams(params: ParamGroupInit[], module: Module, prefix = ''): void {
        super.addParams(params, module, prefix)
        if (prefix !== '') return
        this.logger.info('head only')
        for (const group of params) group['tag'] = group.params[0]?.name.startsWith('head') ? 'head' : 'body'
      }
    }
    container.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'HeadOnly', HeadOnly)
    const tree = new NamedTree(MODEL)
    const wrapper = buildOptimWrapper(tree, { optimizer, constructor: 'HeadOnly', paramwise_cfg: { bias_lr_mult: 1 } }, container)
    expect(describeGroups(wrapper).map(({ tag }) => tag)).toEqual(['body', 'body', 'head'])
    expect(lines).toEqual(['head only'])
  })
})

function defaults(lr: number, weight_decay: number) {
  return { lr, weight_decay, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false, maximize: false }
}
