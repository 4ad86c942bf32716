import type { BackendName } from './backendName.js'

export interface BackendInfo {
  readonly name: BackendName
  /** TensorFlow's version for `native`, that of TensorFlow.js otherwise. */
  readonly version: string
  /** Threads one op may use. */
  readonly threads: number
  readonly simd: boolean
  /** Why not a faster one; absent for the fastest and for one that was asked for by name. */
  readonly why?: string
}

/** What a backend says of itself once it runs. */
export type StartedBackend = Omit<BackendInfo, 'why'>
