/** A decoded image as it moves through a pipeline: interleaved rows (height × width × channels), values 0 to 255 until normalized. */
export interface ImageArray {
  readonly data: Uint8Array | Float32Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Which patches of an image are hidden: 1, else 0; rows of a grid. */
export interface MaskArray {
  readonly data: Uint8Array
  readonly height: number
  readonly width: number
}

/** What is known of one sample: its labels, its predictions, and where it came from (MMPreTrain's DataSample). */
export interface DataSample {
  /** Path, original shape, flip… : everything that is not a label. */
  readonly metainfo: Record<string, unknown>
  gt_label?: readonly number[]
  /** Labels of PASCAL VOC's difficult objects. */
  gt_label_difficult?: readonly number[]
  /** Soft label, one score per class. */
  gt_score?: Float32Array
  /** Patches that a model is to fill in. */
  mask?: MaskArray
  pred_label?: readonly number[]
  pred_score?: Float32Array
}

/** One item after `PackInputs`. */
export interface PackedSample {
  readonly inputs: ImageArray
  /** Further views of the same image: of contrastive learning, or what a reconstruction is compared with. */
  readonly views?: readonly ImageArray[]
  readonly data_samples: DataSample
}

/** What a data loader yields: still on the host, one entry a sample. */
export interface HostBatch {
  readonly inputs: readonly ImageArray[]
  /** Further views, one list for each: the second of all samples, the third… */
  readonly views?: readonly (readonly ImageArray[])[]
  readonly data_samples: readonly DataSample[]
}

/** One step of a pipeline. `random` is the only randomness it may use; null drops the sample (another is drawn in training). */
export interface Transform {
  transform(results: PipelineItem, random: RandomSource): Promise<PipelineItem | null> | PipelineItem | null
}

/** The open record that transforms hand on (`img`, `img_path`, `gt_label`, …). */
export type PipelineItem = Record<string, unknown>

export interface MetaInfo {
  readonly classes?: readonly string[]
  readonly [key: string]: unknown
}

export interface Dataset {
  readonly length: number
  readonly metainfo: MetaInfo
  /** Item `index` through the pipeline; the same index, seed and epoch give the same item. */
  getItem(index: number, random: RandomSource): Promise<PackedSample>
  /** From the next item on, other transforms (SwitchRecipeHook). */
  setPipeline?(pipeline: readonly object[]): void
}

export interface Sampler {
  /** Indices an epoch yields. */
  readonly length: number
  setEpoch(epoch: number): void
  /** The order never ends: an epoch begins where the one before left off, and `indices(start)` counts from the first. */
  readonly endless?: boolean
  /** The order of one epoch, from `start` on without producing what comes before. */
  indices(start?: number): Iterable<number>
}

/** A loader as the loops see it. */
export interface DataLoaderContract {
  /** Batches an epoch. */
  readonly length: number
  readonly batchSize: number
  readonly dataset: Dataset
  readonly sampler: Sampler
  /** The batches of `epoch` from batch `start` on; what lies before is not read. */
  batches(epoch: number, start?: number): AsyncIterable<HostBatch>
}

/** Seeded randomness on the host; the implementation is runtime's RandomStream. */
export interface RandomSource {
  /** In [0, 1). */
  uniform(): number
  /** In 0 … n − 1. */
  integer(n: number): number
  /** Standard normal. */
  normal(): number
  permutation(n: number): Int32Array
  /** An independent stream; the same names give the same numbers. */
  fork(...names: (string | number)[]): RandomSource
}
