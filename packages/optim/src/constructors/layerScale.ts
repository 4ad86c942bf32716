import { type LayerDepth, TesseraError } from '@tessera/core'

/** How the learning rate changes with depth: each layer's is the next higher one's times this; or a scale for each layer; or a function. */
export type LayerDecayRate = number | readonly number[] | ((depth: number, numLayers: number) => number)

/**
 * What a layer's learning rate is multiplied by. For a number: rate^(layers above), 1 at the head, smallest next to the input.
 * @throws TesseraError INVALID_OPTIONS for a list of another length than the model's layers, or a function that gives no scale
 */
export function layerScale(rate: LayerDecayRate, [depth, numLayers]: LayerDepth): number {
  if (typeof rate === 'number') return rate ** (numLayers - depth - 1)
  if (typeof rate === 'function') {
    const scale: unknown = rate(depth, numLayers)
    if (typeof scale === 'number' && Number.isFinite(scale) && scale >= 0) return scale
    throw wrong(scale, `a number that is not negative for depth ${depth} of ${numLayers}`)
  }
  const scale = rate[depth]
  if (rate.length === numLayers && scale !== undefined) return scale
  throw wrong(rate, `${numLayers} numbers, one for each layer, next to the input first`)
}

function wrong(got: unknown, expected: string): TesseraError {
  return new TesseraError('INVALID_OPTIONS', {
    what: 'this layer_decay_rate gives a layer no scale',
    path: 'optim_wrapper.paramwise_cfg.layer_decay_rate',
    got,
    expected,
  })
}
