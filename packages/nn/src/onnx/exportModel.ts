import { TesseraError } from '@tessera/core'
import { exportOnnx, tf } from '@tessera/runtime'
import type { BaseModel } from '../model/baseModel.js'

export interface ExportModelOptions {
  /** Height, width and channels of the images. */
  readonly image: readonly [number, number, number]
  /** Default: whatever the caller gives. */
  readonly batchSize?: number | undefined
  /** Take pixels 0 to 255 in the order in which images are loaded (BGR), and normalize them in the graph. Default: normalized images. */
  readonly pixels?: boolean | undefined
  /** For readers of the file: class names, where the weights come from… */
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * A model's forward pass, in evaluation mode, as an ONNX file in parts: `input` [batch, channels, height, width] to `output`, the scores
 * before softmax; of a model without a head `output0`, `output1`, …, its features (channels last, as here).
 * @throws TesseraError UNSUPPORTED: not on the native backend; an op without counterpart, by name
 */
export function exportModel(model: BaseModel, options: ExportModelOptions): Uint8Array[] {
  const wasTraining = model.training
  model.eval()
  const names = new Map([...model.namedState()].flatMap(([name, state]) => (state.isMaterialized ? [[state.variable, name] as const] : [])))
  let count = 1
  try {
    return exportOnnx(
      (inputs) => {
        const batch = options.pixels === true ? model.dataPreprocessor.call({ inputs }, false) : { inputs }
        const outputs = [model.call(batch as never)].flat() as unknown[]
        if (!outputs.every((output): output is tf.Tensor => output instanceof tf.Tensor)) {
          throw new TesseraError('UNSUPPORTED', { what: `${model.constructor.name} gives something else than tensors` })
        }
        count = outputs.length
        return outputs
      },
      {
        ...options,
        outputs: (index) => (count === 1 ? 'output' : `output${index}`),
        nameOf: (variable) => names.get(variable),
      },
    )
  } finally {
    model.train(wasTraining)
  }
}
