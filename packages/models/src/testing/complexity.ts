import { readFileSync } from 'node:fs'
import { expect } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { Module, measureComplexity } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { testContainer } from './testContainer.js'

export interface Complexity {
  readonly backbone: { readonly type: string; readonly [option: string]: unknown }
  /** Height, width, channels. */
  readonly image: readonly [number, number, number]
  readonly products: number
  readonly norms: number
  readonly activations: number
  readonly parameters: number
}

/** What MMEngine's FlopAnalyzer, ActivationAnalyzer and parameter_count say of MMPreTrain's own models (test-data/make_complexity.py). */
export const measuredComplexities: readonly Complexity[] = JSON.parse(
  readFileSync(new URL('../../test-data/complexity.json', import.meta.url), 'utf8'),
)

/** Holds what our own model of this kind costs against it. */
export async function expectComplexity({ backbone, image: size, products, norms, activations, parameters }: Complexity): Promise<void> {
  const model = testContainer().build<object>(MODELS, backbone)
  if (!(model instanceof Module)) throw new Error('not a module')
  model.nameState()
  for (const [, tensor] of model.namedState()) tensor.setValues(new Float32Array(tensor.size))
  model.eval()
  const image = tf.zeros([1, ...size])
  const { modules, byKind } = await measureComplexity(model, () => tf.tidy(() => void Reflect.apply(model.call, model, [image])))
  const { norm = 0, ...others } = byKind
  expect(norm).toBe(norms)
  expect(Object.values(others).reduce((a, b) => a + b, 0)).toBe(products)
  expect([modules[0]?.flops, modules[0]?.activations, modules[0]?.parameters]).toEqual([products + norms, activations, parameters])
  image.dispose()
  model.dispose()
}
