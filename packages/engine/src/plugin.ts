import { Accuracy } from './evaluation/accuracy.js'
import { AveragePrecision } from './evaluation/averagePrecision.js'
import { ConfusionMatrix } from './evaluation/confusionMatrix.js'
import { DumpResults } from './evaluation/dumpResults.js'
import { Evaluator } from './evaluation/evaluator.js'
import { MultiLabelMetric } from './evaluation/multiLabelMetric.js'
import { SingleLabelMetric } from './evaluation/singleLabelMetric.js'
import { VOCAveragePrecision } from './evaluation/vocAveragePrecision.js'
import { VOCMultiLabelMetric } from './evaluation/vocMultiLabelMetric.js'
import { CheckpointHook } from './hooks/checkpointHook.js'
import { ClassNumCheckHook } from './hooks/classNumCheckHook.js'
import { DistSamplerSeedHook } from './hooks/distSamplerSeedHook.js'
import { EarlyStoppingHook } from './hooks/earlyStoppingHook.js'
import { EMAHook } from './hooks/emaHook.js'
import { EmptyCacheHook } from './hooks/emptyCacheHook.js'
import { FreezeHook } from './hooks/freezeHook.js'
import { IterTimerHook } from './hooks/iterTimerHook.js'
import { LoggerHook } from './hooks/loggerHook.js'
import { NaiveVisualizationHook } from './hooks/naiveVisualizationHook.js'
import { ParamHistogramHook } from './hooks/paramHistogramHook.js'
import { ParamSchedulerHook } from './hooks/paramSchedulerHook.js'
import { PreciseBNHook } from './hooks/preciseBNHook.js'
import { ProfilerHook } from './hooks/profilerHook.js'
import { RuntimeInfoHook } from './hooks/runtimeInfoHook.js'
import { SimSiamHook } from './hooks/simSiamHook.js'
import { StopAfterHook } from './hooks/stopAfterHook.js'
import { SwitchRecipeHook } from './hooks/switchRecipeHook.js'
import { SyncBuffersHook } from './hooks/syncBuffersHook.js'
import { VisualizationHook } from './hooks/visualizationHook.js'
import { LogProcessor } from './logging/logProcessor.js'
import { EpochBasedTrainLoop } from './loops/epochBasedTrainLoop.js'
import { IterBasedTrainLoop } from './loops/iterBasedTrainLoop.js'
import { TestLoop } from './loops/testLoop.js'
import { ValLoop } from './loops/valLoop.js'
import { LocalVisBackend } from './visualization/localVisBackend.js'
import { MLflowVisBackend } from './visualization/mlflowVisBackend.js'
import { TensorboardVisBackend } from './visualization/tensorboardVisBackend.js'
import { Visualizer } from './visualization/visualizer.js'

/** Every component that this package registers. Importing it is what registers them. */
export const enginePlugin = [
  Accuracy,
  AveragePrecision,
  CheckpointHook,
  ClassNumCheckHook,
  ConfusionMatrix,
  DistSamplerSeedHook,
  DumpResults,
  EarlyStoppingHook,
  EMAHook,
  EmptyCacheHook,
  EpochBasedTrainLoop,
  Evaluator,
  FreezeHook,
  IterBasedTrainLoop,
  IterTimerHook,
  LocalVisBackend,
  LoggerHook,
  LogProcessor,
  MLflowVisBackend,
  MultiLabelMetric,
  NaiveVisualizationHook,
  ParamHistogramHook,
  ParamSchedulerHook,
  PreciseBNHook,
  ProfilerHook,
  RuntimeInfoHook,
  SingleLabelMetric,
  StopAfterHook,
  SimSiamHook,
  SwitchRecipeHook,
  SyncBuffersHook,
  TensorboardVisBackend,
  TestLoop,
  ValLoop,
  VisualizationHook,
  Visualizer,
  VOCAveragePrecision,
  VOCMultiLabelMetric,
] as const
