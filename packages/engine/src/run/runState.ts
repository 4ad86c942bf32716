import type { DataLoaderContract } from '@tessera/core'
import type { BaseModel, OptimWrapperContract } from '@tessera/nn'
import type { Checkpoints } from '../checkpoint/checkpoints.js'
import type { Console } from '../logging/console.js'
import type { LearningRateLog } from '../logging/learningRateLog.js'
import type { LogProcessor } from '../logging/logProcessor.js'
import type { MessageHub } from '../logging/messageHub.js'
import type { RunLogger } from '../logging/runLogger.js'
import type { ScalarLog } from '../logging/scalarLog.js'
import type { InStepWork } from '../step/stepRunner.js'
import type { Visualizer } from '../visualization/visualizer.js'
import type { ParamSchedulerContract } from './contracts.js'
import type { GitState } from './gitState.js'
import type { Spans } from './spans.js'

/** Where the run stands. The loops write it; hooks read it, and may ask for an end by `stop`. */
export interface Progress {
  /** Epochs done. */
  epoch: number
  /** Training iterations done. */
  iter: number
  /** Batches of the current epoch that are done: where a resumed run goes on. */
  batch: number
  /** 1 for a run by iterations; 0 before a train loop exists. */
  maxEpochs: number
  maxIters: number
  /** Batches of one epoch of the train loader. */
  epochLength: number
  byEpoch: boolean
  /** Ends training at the next epoch (EarlyStopping). */
  stop: boolean
  /** Ends everything after the current step (Ctrl-C). */
  interrupted: boolean
  /** False while a step is changing the weights, and for good after one that failed: what is saved then is good for nothing. */
  settled: boolean
}

/** Everything that hooks see of a run. */
export interface RunState {
  readonly config: Readonly<Record<string, unknown>>
  /** The config as JSON; undefined for one with classes in it. */
  readonly configText: string | undefined
  /** Checkpoints stand here; log files in `logDir` = `<workDir>/<timestamp>`. */
  readonly workDir: string
  readonly logDir: string
  readonly timestamp: string
  readonly experimentName: string
  /** The same for a run and all its resumptions. */
  readonly runId: string
  readonly git: Promise<GitState | undefined>
  readonly seed: number
  readonly logger: RunLogger
  readonly console: Console
  readonly hub: MessageHub
  readonly logProcessor: LogProcessor
  readonly scalarLog: ScalarLog
  readonly learningRateLog: LearningRateLog
  readonly visualizer: Visualizer
  readonly model: BaseModel
  readonly progress: Progress
  readonly spans: Spans
  readonly checkpoints: Checkpoints
  readonly loaders: { train?: DataLoaderContract; val?: DataLoaderContract; test?: DataLoaderContract }
  /** Present once a train loop is built. */
  readonly training: {
    optimWrapper?: OptimWrapperContract
    schedulers: readonly ParamSchedulerContract[]
    /** What hooks add to every training step, in `beforeRun` or `beforeTrain`. */
    readonly inStep: InStepWork[]
  }
  /** One pass over a mode's data sets with the weights as they are, no hook hearing of it; there once its loop is built. */
  readonly measure: Partial<Record<'val' | 'test', () => Promise<Readonly<Record<string, unknown>> | undefined>>>
  /** Metrics of the last evaluation that are not numbers. */
  readonly metricFacts: Partial<Record<'val' | 'test', Readonly<Record<string, unknown>>>>
}

export function newProgress(): Progress {
  return {
    epoch: 0,
    iter: 0,
    batch: 0,
    maxEpochs: 0,
    maxIters: 0,
    epochLength: 0,
    byEpoch: true,
    stop: false,
    interrupted: false,
    settled: true,
  }
}
