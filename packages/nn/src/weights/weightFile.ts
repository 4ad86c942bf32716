import type { Dtype, WeightTensor } from './dtype.js'
import type { Room } from './room.js'

export interface WeightEntry {
  readonly dtype: Dtype
  readonly shape: readonly number[]
}

/** An open file of weights: its names are known, its values are read when asked for. */
export interface WeightFile {
  readonly path: string
  /** What the file is, for reports: 'safetensors', 'PyTorch zip', … */
  readonly format: string
  readonly entries: ReadonlyMap<string, WeightEntry>
  /** Names that stand in the state dict and hold no tensor that can be read, with the reason. */
  readonly refused: ReadonlyMap<string, string>
  /** Python classes and functions that the file mentions and that stayed inert. */
  readonly globals: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  /**
   * A fresh copy of a tensor's values, bit for bit.
   * @param room where they may be put, if they stand in the file as they are; what is made of several tensors has memory of its own
   * @throws TesseraError CHECKPOINT_INVALID naming the file and the tensor
   */
  read(name: string, room?: Room): WeightTensor
  close(): void
}
