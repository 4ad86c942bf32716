import { type ConfigDict, MODELS, RunContainer, TesseraError } from '@tessera/core'
import { BaseModel, buildModule, type Complexity, measureComplexity } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'

export interface MeasuredModel extends Complexity {
  /** Height and width of the image. */
  readonly size: readonly [number, number]
}

/**
 * What a forward pass of a config's model on one image costs, module by module. Weights are not drawn: zeros cost the same.
 * @param size default: what the backbone is made for (`img_size`), else 224
 */
export async function measureModel(config: Readonly<Record<string, unknown>>, size?: readonly [number, number]): Promise<MeasuredModel> {
  const model = Object.hasOwn(config, 'model') ? config['model'] : undefined
  if (typeof model !== 'object' || model === null)
    throw new TesseraError('INVALID_CONFIG', { what: 'the config has no model', path: 'model' })
  await useBackend('auto')
  const built = buildModule(new RunContainer(config), MODELS, model as ConfigDict, BaseModel)
  built.nameState()
  for (const [, tensor] of built.namedState()) tensor.setValues(new Float32Array(tensor.size))
  built.eval()
  const image = imageShape(model, size)
  const inputs: tf.Tensor4D = tf.zeros([1, ...image])
  try {
    const complexity = await measureComplexity(built, () => tf.tidy(() => void Reflect.apply(built.call, built, [{ inputs }])))
    return { ...complexity, size: [image[0], image[1]] }
  } finally {
    inputs.dispose()
    built.dispose()
  }
}

/** Height, width and channels of the images that a config's model takes: 3 channels of 224 by 224 where its backbone says nothing. */
export function imageShape(model: object, size?: readonly [number, number]): [number, number, number] {
  const backbone: unknown = Reflect.get(model, 'backbone')
  const channels = optionOf(backbone, 'in_channels')
  return [...(size ?? imageSize(optionOf(backbone, 'img_size'))), typeof channels === 'number' ? channels : 3]
}

/** `224`, or height and width. */
export function parseSize(values: readonly string[] | undefined): readonly [number, number] | undefined {
  if (values === undefined) return undefined
  const sizes = values.map(Number)
  const [height = 224, width = height, more] = sizes
  if (more === undefined && [height, width].every((one) => Number.isInteger(one) && one > 0)) return [height, width]
  throw new TesseraError('INVALID_USAGE', {
    what: '--shape takes one size or two',
    got: values.join(' '),
    expected: 'such as 224, or 192 256',
  })
}

function optionOf(backbone: unknown, key: string): unknown {
  return typeof backbone === 'object' && backbone !== null ? Reflect.get(backbone, key) : undefined
}

function imageSize(option: unknown): readonly [number, number] {
  const [height, width = height] = [option].flat()
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : [224, 224]
}
