import type { NativeInternals, TensorData } from './nativeInternals.js'

/** Data of a tensor whose value is made when somebody asks for its id. */
export abstract class LazyData implements TensorData {
  readonly values = null
  refCount = 1
  abstract readonly shape: readonly number[]
  abstract readonly dtype: number
  abstract get id(): number
  abstract set id(id: number)
  /** Gives back what was made so far. */
  abstract drop(): void
}

const KEEPING = new WeakSet<NativeInternals>()

/** The backend would make a value just to dispose of it. */
export function keepLazyData(native: NativeInternals): void {
  if (KEEPING.has(native)) return
  KEEPING.add(native)
  const dispose = native.disposeData
  native.disposeData = (dataId, force) => {
    const data = native.tensorMap.has(dataId) ? native.tensorMap.get(dataId) : undefined
    if (!(data instanceof LazyData)) return dispose.call(native, dataId, force)
    data.refCount--
    if (force !== true && data.refCount > 0) return false
    data.drop()
    native.tensorMap.delete(dataId)
    return true
  }
}
