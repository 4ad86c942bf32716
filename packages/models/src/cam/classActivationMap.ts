import { suggest, TesseraError } from '@tessera/core'
import { changeResults, isNormLayer, type Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { axisWeights } from '../backbones/visionTransformer/gridResize.js'
import type { ImageClassifier } from '../classifiers/imageClassifier.js'
import { type CamMethod, heatOf, type LayerEvidence, stretched } from './camMethods.js'

export interface CamOptions {
  /** Default gradcam. */
  readonly method?: CamMethod
  /** Dotted names of layers, whose maps are averaged. Default: the last norm that still sees the image's places, see `defaultLayer`. */
  readonly layers?: readonly string[]
  /** The class that is asked about. Default: the one with the highest score. */
  readonly category?: number
  /** The first principal component of what the method weighs, instead of the sum over channels. */
  readonly eigenSmooth?: boolean
  /** The mean over the image and its mirror, each at 0.9, 1 and 1.1 times its brightness. */
  readonly augSmooth?: boolean
  /** Tokens in front of the patches. Default: those that are too many for a square. */
  readonly extraTokens?: number
}

export interface ClassActivationMap {
  /** Row by row, 0 to 1: what made the score. */
  readonly heat: Float32Array
  readonly height: number
  readonly width: number
  readonly category: number
  readonly layers: readonly string[]
}

/**
 * Where in an image a classifier saw its class.
 * @param inputs one preprocessed image [1, height, width, channels]
 * @throws TesseraError INVALID_ARGUMENT for a layer or class that does not exist, UNSUPPORTED for a layer without places
 */
export async function classActivationMap(
  model: ImageClassifier,
  inputs: tf.Tensor4D,
  options: CamOptions = {},
): Promise<ClassActivationMap> {
  const { method = 'gradcam', eigenSmooth = false, augSmooth = false } = options
  const [, height, width] = inputs.shape
  model.eval()
  const shapes = shapesOf(model, inputs)
  const layers = options.layers ?? [defaultLayer(model, shapes)]
  const category = categoryOf(model, inputs, options.category)
  const total = new Float32Array(height * width)
  const looks = augSmooth ? [0.9, 1, 1.1].flatMap((brightness) => [false, true].map((mirror) => ({ brightness, mirror }))) : [PLAIN]
  for (const { brightness, mirror } of looks) {
    const maps = layers.map((layer) => {
      const seen = () => tf.mul(mirror ? tf.reverse(inputs, 2) : inputs, brightness) as tf.Tensor4D
      const { evidence, grid } = evidenceOf(model, seen, moduleCalled(model, layer), category, options.extraTokens)
      return enlarge(stretched(heatOf(method, evidence, eigenSmooth)), grid, [height, width])
    })
    const mean = stretched(total.map((_, i) => maps.reduce((sum, map) => sum + Math.max(map[i] ?? 0, 0), 0) / maps.length))
    for (let i = 0; i < total.length; i++) {
      const from = mirror ? i - (i % width) + (width - 1 - (i % width)) : i
      total[i] = (total[i] ?? 0) + (mean[from] ?? 0) / looks.length
    }
  }
  return { heat: total, height, width, category, layers }
}

const PLAIN = { brightness: 1, mirror: false }

/** The shape of what each module returned, where that is one tensor. */
function shapesOf(model: ImageClassifier, inputs: tf.Tensor4D): Map<Module, readonly number[]> {
  const shapes = new Map<Module, readonly number[]>()
  tf.tidy(() => {
    changeResults(
      (module, result) => {
        if (result instanceof tf.Tensor) shapes.set(module, result.shape)
        return result
      },
      () => void model.call({ inputs }),
    )
  })
  return shapes
}

/**
 * The last norm of the backbone that sees the image's places. Behind the last attention a class token hears nothing of the patches any more, so
 * where all tokens go on to the end it is the norm in front of that attention, the third but last (MMPreTrain's choice).
 */
function defaultLayer(model: ImageClassifier, shapes: ReadonlyMap<Module, readonly number[]>): string {
  const norms = [...model.backbone.namedModules('backbone')].filter(([, module]) => isNormLayer(module) && shapes.has(module))
  const shapeOf = ([, module]: [string, Module]) => shapes.get(module) ?? []
  // A class token alone, where a backbone leaves the others out behind the last attention, is no place.
  const seeing = norms.filter((one) => shapeOf(one).length >= 4 || (shapeOf(one).length === 3 && (shapeOf(one)[1] ?? 0) > 1))
  const last = seeing.at(-1)
  const tokens = last !== undefined && shapeOf(last).length === 3 ? (shapeOf(last)[1] ?? 0) : 0
  const hasToken = tokens > Math.floor(Math.sqrt(tokens)) ** 2
  const [name] = seeing.at(hasToken && last === norms.at(-1) ? -3 : -1) ?? []
  if (name !== undefined) return name
  throw new TesseraError('UNSUPPORTED', {
    what: 'the backbone has no norm that sees the image’s places',
    hint: 'Name a layer of it (--target-layers); tools/model_summary.ts shows them.',
  })
}

function moduleCalled(model: ImageClassifier, name: string): Module {
  const found = [...model.namedModules()].find(([path]) => path === name)?.[1]
  if (found !== undefined) return found
  throw new TesseraError('INVALID_ARGUMENT', {
    what: 'the model has no such layer',
    got: name,
    nearest: suggest(
      name,
      [...model.namedModules()].map(([path]) => path),
    ),
    hint: 'tools/model_summary.ts shows all layers.',
  })
}

function categoryOf(model: ImageClassifier, inputs: tf.Tensor4D, wanted: number | undefined): number {
  const scores = tf.tidy(() => scoresOf(model, inputs).clone())
  const [, classes = 0] = scores.shape
  const values = scores.dataSync<'float32'>()
  scores.dispose()
  if (wanted === undefined) return values.reduce((best, score, i) => (score > (values[best] ?? 0) ? i : best), 0)
  if (Number.isInteger(wanted) && wanted >= 0 && wanted < classes) return wanted
  throw new TesseraError('INVALID_ARGUMENT', { what: 'the model has no such class', got: wanted, expected: `0 to ${classes - 1}` })
}

/** [1, classes], before softmax. */
function scoresOf(model: ImageClassifier, inputs: tf.Tensor4D): tf.Tensor {
  const result = model.call({ inputs })
  const scores = result instanceof tf.Tensor ? result : result.at(-1)
  if (model.head !== undefined && scores instanceof tf.Tensor && scores.rank === 2) return scores
  throw new TesseraError('UNSUPPORTED', { what: 'this needs a classifier whose head gives one score a class' })
}

type Grid = readonly [number, number]

/** Activations of a layer, and the gradient of the class's score by them. */
function evidenceOf(
  model: ImageClassifier,
  inputs: () => tf.Tensor4D,
  layer: Module,
  category: number,
  extraTokens: number | undefined,
): { evidence: LayerEvidence; grid: Grid } {
  let activations: tf.Tensor | undefined
  const run = (change: (result: unknown) => unknown) =>
    changeResults(
      (module, result) => (module === layer ? change(result) : result),
      () => tf.reshape(tf.slice(scoresOf(model, inputs()), [0, category], [1, 1]), []),
    )
  tf.tidy(() => {
    run((result) => {
      if (result instanceof tf.Tensor) activations = tf.keep(result.clone())
      return result
    })
  })
  if (activations === undefined || activations.rank < 3) {
    const got = activations?.shape
    activations?.dispose()
    throw new TesseraError('UNSUPPORTED', {
      what: 'this layer has no places',
      path: layer.path,
      got,
      expected: 'maps or tokens',
    })
  }
  const given = activations
  try {
    return evidenceAt(given, layer.path, extraTokens, () => {
      // The gradient by what is added to the layer's result is the gradient by the result.
      const added = (delta: tf.Tensor) => run((result) => tf.add(result as tf.Tensor, delta)) as tf.Scalar
      return tf.grad(added)(tf.zeros(given.shape))
    })
  } finally {
    given.dispose()
  }
}

function evidenceAt(
  given: tf.Tensor,
  path: string,
  extraTokens: number | undefined,
  differentiate: () => tf.Tensor,
): { evidence: LayerEvidence; grid: Grid } {
  const [, first = 0, second = 0] = given.shape
  const channels = given.shape.at(-1) ?? 0
  const grid: Grid = given.rank === 4 ? [first, second] : gridOf(first, extraTokens, path)
  const offset = given.rank === 4 ? 0 : first - grid[0] * grid[1]
  const placesOf = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync().subarray(offset * channels))
  const gradients = tf.tidy(differentiate)
  const evidence = { activations: placesOf(given), gradients: placesOf(gradients), places: grid[0] * grid[1], channels }
  gradients.dispose()
  return { evidence, grid }
}

/** Patches of a square image. */
function gridOf(tokens: number, extraTokens: number | undefined, path: string): Grid {
  const side = Math.floor(Math.sqrt(tokens - (extraTokens ?? 0)))
  if (extraTokens === undefined || side ** 2 === tokens - extraTokens) return [side, side]
  throw new TesseraError('INVALID_ARGUMENT', {
    what: 'what is left of the tokens is no square of patches',
    path,
    got: `${tokens} tokens, ${extraTokens} of them extra`,
  })
}

/** Bilinear, by the centres of pixels, as OpenCV's. */
function enlarge(map: Float32Array, from: Grid, to: Grid): Float32Array {
  const [down, across] = [axisWeights('bilinear', from[0], to[0]), axisWeights('bilinear', from[1], to[1])]
  const rows = new Float32Array(to[0] * from[1])
  for (let y = 0; y < to[0]; y++)
    for (let v = 0; v < from[0]; v++) {
      const weight = down[y * from[0] + v] ?? 0
      if (weight !== 0)
        for (let x = 0; x < from[1]; x++) rows[y * from[1] + x] = (rows[y * from[1] + x] ?? 0) + weight * (map[v * from[1] + x] ?? 0)
    }
  return Float32Array.from({ length: to[0] * to[1] }, (_, i) => {
    const [y, x] = [Math.floor(i / to[1]), i % to[1]]
    let sum = 0
    for (let u = 0; u < from[1]; u++) sum += (across[x * from[1] + u] ?? 0) * (rows[y * from[1] + u] ?? 0)
    return sum
  })
}
