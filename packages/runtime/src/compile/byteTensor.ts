import { tf } from '../tf.js'
import { keepLazyData, LazyData } from './lazyData.js'
import { DT, engineInternals, type NativeInternals, nativeInternals } from './nativeInternals.js'

/**
 * Bytes (an image's pixels) as a float32 tensor of this shape. As an input of a compiled step they go there as bytes, a quarter of the
 * copying, and become numbers inside; op by op they do when the first op asks for them. The tensor takes the array over.
 */
export function byteTensor(bytes: Uint8Array, shape: readonly number[]): tf.Tensor {
  const native = nativeInternals()
  if (native === undefined) return tf.tensor(Float32Array.from(bytes), [...shape], 'float32')
  keepLazyData(native)
  const dataId = {}
  native.tensorMap.set(dataId, new ByteData(native, bytes, shape))
  return engineInternals().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' })
}

/** The tensor's bytes, by their id in the addon's table; undefined for a tensor of anything else. */
export function bytesOf(native: NativeInternals, { dataId }: tf.TensorInfo): number | undefined {
  const data = native.tensorMap.has(dataId) ? native.tensorMap.get(dataId) : undefined
  return data instanceof ByteData ? data.bytes : undefined
}

class ByteData extends LazyData {
  override readonly dtype = DT.float
  readonly bytes: number
  private numbers = -1

  constructor(
    private readonly native: NativeInternals,
    values: Uint8Array,
    override readonly shape: readonly number[],
  ) {
    super()
    this.bytes = native.binding.createTensor(shape, DT.uint8, values)
  }

  override get id(): number {
    if (this.numbers < 0) {
      const { binding } = this.native
      const type = (name: string, value: number) => ({ name, type: Number(binding['TF_ATTR_TYPE']), value })
      this.numbers = binding.executeOp('Cast', [type('SrcT', DT.uint8), type('DstT', DT.float)], [this.bytes], 1)[0]?.id ?? -1
    }
    return this.numbers
  }

  override set id(id: number) {
    this.numbers = id
  }

  override drop(): void {
    if (this.numbers >= 0) this.native.binding.deleteTensor(this.numbers)
    this.native.binding.deleteTensor(this.bytes)
    this.numbers = -1
  }
}
