import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ParamGroup } from '@tessera/nn'
import { Parameter } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import type * as v from 'valibot'
import { AdamW } from './adamW.js'
import { NO_PACKING, type PackingLimits } from './executionGroups.js'
import type { Optimizer } from './optimizer.js'

class Alone extends AdamW {
  protected override readonly packing: PackingLimits = NO_PACKING
}

const OPTIONS: v.InferOutput<typeof AdamW.schema> = {
  lr: 0.05,
  betas: [0.9, 0.99],
  eps: 1e-8,
  weight_decay: 0.1,
  amsgrad: false,
  maximize: false,
}
const SHAPES = [[3, 2], [4], [1], [2, 2, 2], [5]]

/** Five parameters, of which `missing` get no gradient in odd steps; each in a group with a rate of its own, or all in one. */
function trained(
  Kind: typeof AdamW,
  groups: 'own' | 'one',
  missing: readonly number[] = [],
): { optimizer: Optimizer; params: Parameter[] } {
  const params = SHAPES.map((shape, i) => {
    const parameter = Object.assign(new Parameter(shape), { name: `p${i}` })
    parameter.setValues(Float32Array.from({ length: parameter.size }, (_, k) => Math.sin(1 + 3 * i + k)))
    return parameter
  })
  const optimizer = new Kind(
    OPTIONS,
    groups === 'one'
      ? [{ params }]
      : params.map((parameter, i) => ({ params: [parameter], lr: 0.05 * 0.5 ** i, weight_decay: i % 2 === 0 ? 0 : 0.1 })),
  )
  for (let step = 0; step < 5; step++) {
    tf.tidy(() => {
      const reached = params.filter((_, i) => step % 2 === 0 || !missing.includes(i))
      optimizer.step(new Map(reached.map((parameter) => [parameter, tf.sin(tf.mul(parameter.variable, step + 1))])))
    })
  }
  return { optimizer, params }
}

beforeAll(() => useBackend('auto'))

describe('parameters that are updated together end where each alone would, bit for bit', () => {
  test.each([
    ['own', []],
    ['one', []],
    ['own', [1]],
    ['one', [0]],
    ['own', [0, 2, 4]],
    ['one', [0, 1, 2, 3, 4]],
  ] as const)('groups: %s, without gradients in odd steps: %j', (groups, missing) => {
    const together = trained(AdamW, groups, missing)
    const alone = trained(Alone, groups, missing)
    expect(together.params.map((parameter) => [...parameter.values()])).toEqual(alone.params.map((parameter) => [...parameter.values()]))
    expect(together.optimizer.stateDict()).toEqual(alone.optimizer.stateDict())
    // And a state goes from one into the other.
    alone.optimizer.loadStateDict(together.optimizer.stateDict())
    expect(alone.optimizer.stateDict()).toEqual(together.optimizer.stateDict())
    for (const { optimizer, params } of [together, alone]) {
      optimizer.dispose()
      for (const parameter of params) parameter.dispose()
    }
  })
})

test('as many groups as one may like are updated by two slots and no tensor a step', () => {
  const before = tf.memory().numTensors
  const { optimizer, params } = trained(AdamW, 'own')
  // The parameters, two flat slots, and the ones over which numbers that differ are spread.
  expect(tf.memory().numTensors).toBe(before + 5 + 2 + 1)
  optimizer.dispose()
  for (const parameter of params) parameter.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

describe('stepKey', () => {
  const { optimizer } = unmade()
  const key = () => optimizer.stepKey()
  const [first] = optimizer.paramGroups as [ParamGroup]

  test('is the same for other numbers, another when what is computed changes', () => {
    const original = key()
    for (const group of optimizer.paramGroups) group.lr *= 0.5
    expect(key()).toBe(original)
    first.lr *= 0.5
    const differing = key()
    expect(differing).not.toBe(original)
    for (const group of optimizer.paramGroups) group.weight_decay = 0
    expect(key()).not.toBe(differing)
  })

  test('an option that decides, changed in one of the groups, is an error that names it', () => {
    first['maximize'] = true
    expect(key).toThrow(/^p0: 'maximize' was changed in some parameter groups/)
  })
})

function unmade() {
  const params = SHAPES.map((shape, i) => Object.assign(new Parameter(shape), { name: `p${i}` }))
  return {
    optimizer: new AdamW(
      OPTIONS,
      params.map((parameter) => ({ params: [parameter] })),
    ),
  }
}
