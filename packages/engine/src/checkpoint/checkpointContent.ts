import type { OptimStateDict, StateDict } from '@tessera/nn'
import type { MessageHubState } from '../logging/messageHub.js'

/** Facts about a checkpoint; JSON. */
export interface CheckpointMeta {
  /** Epochs done, iterations done, and batches done of the epoch under way. */
  epoch: number
  iter: number
  batch: number
  /** Batches of an epoch when it was saved: `batch` means something only with the same. */
  epoch_length: number
  by_epoch: boolean
  seed: number
  /** The same for a run and all its resumptions. */
  run_id: string
  experiment_name: string
  /** Milliseconds since 1970. Of several checkpoints the one saved last is the newest state. */
  saved_at: number
  /** Version of Tessera and of the backend that saved it. */
  versions: Readonly<Record<string, string>>
  /** The commit of the code that ran, null outside a repository. */
  git: { commit: string; dirty: boolean } | null
  dataset_meta: unknown
  /** The whole config of the run; classes by name. */
  config: unknown
}

/** A checkpoint in memory. Hooks may change it before it is saved and after it is loaded. */
export interface CheckpointContent {
  meta: CheckpointMeta
  model: StateDict
  /** The running average of the weights, under the model's names, and how many updates went into it. */
  ema?: { state: StateDict; steps: number }
  /** Absent in a checkpoint of weights alone (`best_…`). */
  optimizer?: OptimStateDict
  param_schedulers?: Record<string, unknown>[]
  message_hub: MessageHubState
}
