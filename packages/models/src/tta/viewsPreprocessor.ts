import type { HostBatch } from '@tessera/core'
import { BaseDataPreprocessor, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** A batch's views after the first, as `view_1`, `view_2`, …, beside `inputs`. */
export function viewsOf(batch: TensorBatch): tf.Tensor4D[] {
  const views: tf.Tensor4D[] = [batch.inputs]
  for (let view = batch['view_1']; view !== undefined; view = batch[`view_${views.length}`]) views.push(view as tf.Tensor4D)
  return views
}

/** Has another preprocessor prepare every view of a batch, each with the sizes that it has. */
export class ViewsPreprocessor extends BaseDataPreprocessor {
  constructor(private readonly inner: BaseDataPreprocessor) {
    super()
  }

  override upload({ views = [], ...batch }: HostBatch): TensorBatch {
    const first = this.inner.upload(batch)
    const others = views.map((inputs, i): [string, tf.Tensor] => {
      const { inputs: images, ...labels } = this.inner.upload({ ...batch, inputs })
      tf.dispose(labels)
      return [`view_${i + 1}`, images]
    })
    return { ...first, ...Object.fromEntries(others) }
  }

  override forward(batch: TensorBatch, training: boolean): TensorBatch {
    const [, ...views] = viewsOf(batch)
    const prepared = views.map((inputs, i): [string, tf.Tensor] => [`view_${i + 1}`, this.inner.call({ inputs }, training).inputs])
    return { ...this.inner.call(batch, training), ...Object.fromEntries(prepared) }
  }
}
