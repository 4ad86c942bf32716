import type { DataSample, HostBatch } from '@tessera/core'
import type { CheckpointContent } from '../checkpoint/checkpointContent.js'
import type { LogMode } from '../logging/logText.js'
import type { RunState } from '../run/runState.js'
import type { Priority } from './priority.js'

/** A stage may be asynchronous: the loop waits for it. */
export type Done = void | Promise<void>
export type Metrics = Readonly<Record<string, unknown>>
export type TrainOutputs = Readonly<Record<string, number>>

/**
 * Code at named moments of a run (MMEngine's Hook, 22 stages). A subclass overrides what it needs, is registered in HOOKS,
 * and gets its options first, then the services it injects. Stages without an override cost nothing.
 */
export abstract class Hook {
  /** Order among hooks; equal priorities keep the order of registration. A hook's config can set another. */
  readonly priority: Priority = 'NORMAL'

  beforeRun(_run: RunState): Done {}
  afterRun(_run: RunState): Done {}
  beforeTrain(_run: RunState): Done {}
  afterTrain(_run: RunState): Done {}
  beforeVal(_run: RunState): Done {}
  afterVal(_run: RunState): Done {}
  beforeTest(_run: RunState): Done {}
  afterTest(_run: RunState): Done {}
  /** The checkpoint can be changed before it is written. */
  beforeSaveCheckpoint(_run: RunState, _checkpoint: CheckpointContent): Done {}
  /** … and before its content is taken over. */
  afterLoadCheckpoint(_run: RunState, _checkpoint: CheckpointContent): Done {}

  beforeTrainEpoch(run: RunState): Done {
    return this.beforeEpoch(run, 'train')
  }
  afterTrainEpoch(run: RunState): Done {
    return this.afterEpoch(run, 'train')
  }
  beforeValEpoch(run: RunState): Done {
    return this.beforeEpoch(run, 'val')
  }
  afterValEpoch(run: RunState, _metrics: Metrics): Done {
    return this.afterEpoch(run, 'val')
  }
  beforeTestEpoch(run: RunState): Done {
    return this.beforeEpoch(run, 'test')
  }
  afterTestEpoch(run: RunState, _metrics: Metrics): Done {
    return this.afterEpoch(run, 'test')
  }
  beforeTrainIter(run: RunState, batchIndex: number, _batch: HostBatch): Done {
    return this.beforeIter(run, batchIndex, 'train')
  }
  afterTrainIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: TrainOutputs): Done {
    return this.afterIter(run, batchIndex, 'train')
  }
  beforeValIter(run: RunState, batchIndex: number, _batch: HostBatch): Done {
    return this.beforeIter(run, batchIndex, 'val')
  }
  afterValIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: readonly DataSample[]): Done {
    return this.afterIter(run, batchIndex, 'val')
  }
  beforeTestIter(run: RunState, batchIndex: number, _batch: HostBatch): Done {
    return this.beforeIter(run, batchIndex, 'test')
  }
  afterTestIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: readonly DataSample[]): Done {
    return this.afterIter(run, batchIndex, 'test')
  }

  /** Frees what the hook holds; when the run is disposed, however it ended. */
  dispose(): void {}

  /** What the three `before…Epoch` do unless overridden; likewise below. */
  protected beforeEpoch(_run: RunState, _mode: LogMode): Done {}
  protected afterEpoch(_run: RunState, _mode: LogMode): Done {}
  protected beforeIter(_run: RunState, _batchIndex: number, _mode: LogMode): Done {}
  protected afterIter(_run: RunState, _batchIndex: number, _mode: LogMode): Done {}
}
