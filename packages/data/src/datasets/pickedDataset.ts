import type { Dataset } from '@tessera/core'
import { DatasetWrapper, type Inner } from './datasetWrapper.js'

/** Chosen samples of one data set, in an order of its own; worked out at first use, as the data set reads its annotations then. */
export abstract class PickedDataset extends DatasetWrapper {
  protected abstract override readonly inner: readonly [Dataset]
  private known: Int32Array | undefined

  /** Which samples of the data set, in order. */
  protected abstract pick(dataset: Dataset): Int32Array

  override get length(): number {
    return this.places.length
  }

  protected override locate(index: number): Inner {
    return { dataset: this.inner[0], index: this.places[index] ?? 0 }
  }

  private get places(): Int32Array {
    this.known ??= this.pick(this.inner[0])
    return this.known
  }
}
