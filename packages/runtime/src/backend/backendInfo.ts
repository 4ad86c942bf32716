import type { BackendName } from './backendName.js'

export interface BackendInfo {
  readonly name: BackendName
  /** TensorFlow's version for `native`, that of TensorFlow.js otherwise. */
  readonly version: string
  /** Threads one op may use. */
  readonly threads: number
  readonly simd: boolean
  /** The same steps give the same bits each time, however busy the machine; absent: not promised. */
  readonly deterministic?: boolean
  /** Parts of a compiled step that run side by side, each op on a thread of its own; absent or 1: every op may use all threads. */
  readonly shards?: number
  /** Why not a faster one; absent for the fastest and for one that was asked for by name. */
  readonly why?: string
}

/** What a backend says of itself once it runs. */
export type StartedBackend = Omit<BackendInfo, 'why'>
