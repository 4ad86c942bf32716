/**
 * Who shares the processor's threads out.
 * - `ops`: every op may use all threads, as TensorFlow does. Right where steps run op by op.
 * - `shards`: a compiled step is cut into as many parts as there are threads, and each op runs on one.
 */
export type Parallelism = 'ops' | 'shards'

export interface ThreadPlan {
  /** Parts of a compiled step that run side by side. */
  readonly shards: number
  /** Threads one op may use; undefined: TensorFlow's choice. */
  readonly threadsPerOp: number | undefined
}

/** Parts beyond these make the graph longer to load than they make the step faster. */
const MOST_SHARDS = 8

/** @param deterministic each op on one thread: how many share a sum decides its last bits */
export function planThreads(parallelism: Parallelism, threads: number, deterministic = false): ThreadPlan {
  if (parallelism === 'ops' || threads < 2) return { shards: 1, threadsPerOp: deterministic ? 1 : undefined }
  const shards = Math.min(threads, MOST_SHARDS)
  return { shards, threadsPerOp: deterministic ? 1 : Math.floor(threads / shards) }
}
