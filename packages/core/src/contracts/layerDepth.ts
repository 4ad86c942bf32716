/**
 * What layer-wise learning-rate decay asks of a model (MMPreTrain's `get_layer_depth`).
 * Depth 0 is next to the input; `numLayers − 1` is the head.
 */
export interface HasLayerDepth {
  /**
   * @param paramName dotted name of the parameter, with `prefix`
   * @param prefix what stands before this module's own names (`backbone.`)
   */
  getLayerDepth(paramName: string, prefix?: string): LayerDepth
}

export type LayerDepth = readonly [depth: number, numLayers: number]

export function hasLayerDepth(value: unknown): value is HasLayerDepth {
  return typeof value === 'object' && value !== null && 'getLayerDepth' in value && typeof value.getLayerDepth === 'function'
}
