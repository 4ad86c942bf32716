import { expect, test } from '@jest/globals'
import { hasLayerDepth, MODELS, TesseraError } from '@tessera/core'
import { buildModule, Module } from '@tessera/nn'
import { goldenJson } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'

type Named = readonly (readonly [name: string, shape: readonly number[]])[]

/** Names, shapes and layer depths of the real MMPreTrain's full-size models (test-data/make_reference.py). */
interface FullSize {
  readonly model: { readonly type: string }
  readonly parameters: Named
  readonly buffers: Named
  /** The number of layers and each parameter's depth; null where the model has no such method. */
  readonly layer_depth: readonly [number, readonly number[]] | 'error' | null
}
const full = goldenJson<FullSize[]>('reference.full.json')

test.each(full.map((one) => [JSON.stringify(one.model), one] as const))(
  '%s',
  (_, { model: config, parameters, buffers, layer_depth: depths }) => {
    const model = buildModule(testContainer(), MODELS, config, Module)
    const shapes = (named: Iterable<[string, { readonly shape: readonly number[] }]>) =>
      [...named].map(([name, { shape }]) => [name, shape])
    // Compared as text: on a hundred thousand parameters jest's own comparison takes minutes.
    expect(JSON.stringify(shapes(model.namedParameters()))).toBe(JSON.stringify(parameters))
    expect(JSON.stringify(shapes(model.namedBuffers()))).toBe(JSON.stringify(buffers))
    expect(hasLayerDepth(model)).toBe(depths !== null)
    if (!hasLayerDepth(model) || depths === null) return
    const found = () => parameters.map(([name]) => model.getLayerDepth(`backbone.${name}`, 'backbone.'))
    if (depths === 'error') expect(found).toThrow(TesseraError)
    else expect(JSON.stringify(found())).toBe(JSON.stringify(depths[1].map((depth) => [depth, depths[0]])))
  },
)
