import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { LOOPS, MODELS, OPTIM_WRAPPERS, OPTIMIZERS } from '../registry/root.js'
import { componentConfig, componentConfigs } from '../schema/componentConfig.js'
import { checkConfig } from './checkConfig.js'
import { resolveDefaults } from './resolveDefaults.js'

const add = (registry: typeof MODELS, name: string, entries: v.ObjectEntries): void => {
  registry.registerModule({ name, module: Object.assign(class {}, { schema: v.strictObject(entries) }) })
}
add(MODELS, 'Tree', {
  parts: v.optional(componentConfigs(MODELS), []),
  size: v.optional(v.number(), 3),
  cfg: v.optional(v.strictObject({ a: v.optional(v.number(), 1) })),
})
add(OPTIMIZERS, 'SGD', { lr: v.number(), momentum: v.optional(v.number(), 0) })
add(OPTIM_WRAPPERS, 'OptimWrapper', { optimizer: componentConfig(OPTIMIZERS), accumulative_counts: v.optional(v.number(), 1) })
add(LOOPS, 'EpochBasedTrainLoop', { max_epochs: v.number(), val_begin: v.optional(v.number(), 1) })

describe('resolveDefaults', () => {
  test('fills in what every component would, inside and out, and keeps what its builder reads', () => {
    const config = checkConfig({
      model: {
        type: 'Tree',
        cfg: {},
        parts: [
          { type: 'Tree', size: 5 },
          { type: 'Unknown', x: 1 },
        ],
      },
      optim_wrapper: { optimizer: { type: 'SGD', lr: 1 }, constructor: 'C', paramwise_cfg: { x: 1 } },
      train_cfg: { by_epoch: true, max_epochs: 2 },
      variable: { type: 'Tree' },
    })
    expect(resolveDefaults(config)).toEqual({
      model: {
        type: 'Tree',
        size: 3,
        cfg: { a: 1 },
        parts: [
          { type: 'Tree', parts: [], size: 5 },
          { type: 'Unknown', x: 1 },
        ],
      },
      optim_wrapper: {
        type: 'OptimWrapper',
        optimizer: { type: 'SGD', lr: 1, momentum: 0 },
        accumulative_counts: 1,
        constructor: 'C',
        paramwise_cfg: { x: 1 },
      },
      train_cfg: { type: 'EpochBasedTrainLoop', max_epochs: 2, val_begin: 1 },
      variable: { type: 'Tree' },
    })
    expect(config.model).toEqual({
      type: 'Tree',
      cfg: {},
      parts: [
        { type: 'Tree', size: 5 },
        { type: 'Unknown', x: 1 },
      ],
    })
  })

  test('leaves alone what does not fit', () => {
    expect(resolveDefaults({ model: { type: 'Tree', sise: 1 } })).toEqual({ model: { type: 'Tree', sise: 1 } })
  })
})
