import { expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { buildModule } from '@tessera/nn'
import { goldenJson } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { BaseBackbone } from './baseBackbone.js'

type Named = readonly (readonly [name: string, shape: readonly number[]])[]

/** Names and shapes of the real MMPreTrain's full-size models (test-data/make_reference.py). */
const full = goldenJson<{ model: { type: string }; parameters: Named; buffers: Named }[]>('reference.full.json')

test.each(full.map((one) => [JSON.stringify(one.model), one] as const))('%s', (_, { model: config, parameters, buffers }) => {
  const model = buildModule(testContainer(), MODELS, config, BaseBackbone)
  const shapes = (named: Iterable<[string, { readonly shape: readonly number[] }]>) => [...named].map(([name, { shape }]) => [name, shape])
  // Compared as text: on a hundred thousand parameters jest's own comparison takes minutes.
  expect(JSON.stringify(shapes(model.namedParameters()))).toBe(JSON.stringify(parameters))
  expect(JSON.stringify(shapes(model.namedBuffers()))).toBe(JSON.stringify(buffers))
})
