import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MODELS, RunContainer } from '@tessera/core'
import { BaseModel, buildModule, type TensorBatch } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { CompiledFunction, tf, withStepRandom } from '@tessera/runtime'
import { setFormulaWeights } from '../packages/models/src/testing/formulaWeights.js'

/** Small models of every backbone, and the shapes that the real MMPreTrain's outputs have (NCHW). */
export interface SmallModel {
  readonly model: { readonly type: string; readonly [option: string]: unknown }
  readonly input: readonly [number, number, number, number]
  readonly eval: readonly { readonly shape: readonly number[] }[]
}

const DATA = join(import.meta.dirname, '../packages/models/test-data/reference.tiny.json.gz')
export const smallModels: readonly SmallModel[] = JSON.parse(gunzipSync(readFileSync(DATA)).toString('utf8'))

/** Whether a classifier can be made of it: its outputs are [batch, channels] or maps, and its head finds the tokens that it wants. */
export function canClassify({ model, eval: outputs }: SmallModel): boolean {
  const hasTokens = model.type !== 'DistilledVisionTransformer' || model['out_type'] === undefined
  return hasTokens && outputs.at(-1)?.shape.length !== 3
}

export function classifierOf({ model, eval: outputs }: SmallModel): object {
  const shape = outputs.at(-1)?.shape ?? []
  const channels = shape[1] ?? 0
  const isDistilled = model.type === 'DistilledVisionTransformer'
  const head = { type: isDistilled ? 'DeiTClsHead' : 'LinearClsHead', num_classes: 3, in_channels: channels }
  const neck = shape.length === 4 ? { neck: { type: 'GlobalAveragePooling' } } : {}
  return { type: 'ImageClassifier', backbone: model, head, ...neck }
}

/** Another for each step: what is learnt by heart has a loss of next to nothing, whose last bits are all that is left of it. */
export function smallBatch({ input: [batch, channels, height, width] }: SmallModel, step = 0): TensorBatch {
  return {
    inputs: tf.randomNormal([batch, height, width, channels], 0, 1, 'float32', 5 + step) as tf.Tensor4D,
    gt_label: tf.tensor1d(
      Array.from({ length: batch }, (_, i) => (i + step) % 3),
      'int32',
    ),
  }
}

/** A classifier in training. */
export function startTraining(one: SmallModel, container = new RunContainer()) {
  const model = buildModule(container, MODELS, classifierOf(one), BaseModel)
  setFormulaWeights(model)
  model.train()
  // At 0.01 MobileNetV2 of this size leaves the range where rounding stays small: TensorFlow's own kernels, with oneDNN and without, part by 6 %.
  const optimWrapper = buildOptimWrapper(model, { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.001, momentum: 0.9 } }, container)
  return { model, optimWrapper }
}

/**
 * Training steps; each gives its loss. Compiled where that is possible.
 * @param batchOf of so many steps; a tensor that it hands out may be disposed
 */
export async function trainer(one: SmallModel, how: 'op by op' | 'compiled', batchOf = (step: number) => smallBatch(one, step)) {
  const { model, optimWrapper } = startTraining(one)
  const lossOf = (batch: TensorBatch, step: number | tf.Scalar) =>
    withStepRandom({ seed: 0, step }, () => model.trainStep(batch, optimWrapper))['loss'] as tf.Tensor
  const compiled =
    how === 'compiled'
      ? await CompiledFunction.create(({ step, ...batch }) => ({
          outputs: [lossOf(batch as TensorBatch, step as tf.Scalar)],
          meta: undefined,
        }))
      : undefined
  const step = (index: number): number => {
    const loss = tf.tidy(() => {
      const batch = batchOf(index)
      return compiled === undefined
        ? lossOf(batch, index)
        : (compiled.run({ ...batch, step: tf.scalar(index, 'int32') }).outputs[0] as tf.Tensor)
    })
    const value = loss.dataSync()[0] ?? Number.NaN
    loss.dispose()
    return value
  }
  const dispose = () => {
    compiled?.dispose()
    optimWrapper.dispose()
    model.dispose()
  }
  return { step, dispose, model, optimWrapper }
}
