import { type ConfigOf, HOOKS, type HostBatch } from '@tessera/core'
import * as v from 'valibot'
import { noteValidation } from '../logging/validationHistory.js'
import type { RunState } from '../run/runState.js'
import { VERSION } from '../run/version.js'
import { Hook, type Metrics, type TrainOutputs } from './hook.js'

const schema = v.strictObject({})
export interface RuntimeInfoHookConfig extends ConfigOf<'RuntimeInfoHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    RuntimeInfoHook: RuntimeInfoHookConfig
  }
}

/** Publishes what the run is doing in the message hub: counters, learning rates, losses, metrics (MMEngine's RuntimeInfoHook). */
@HOOKS.registerModule()
export class RuntimeInfoHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'VERY_HIGH'
  private stageBefore: unknown

  override beforeRun(run: RunState): void {
    run.hub.updateInfo('seed', run.seed)
    run.hub.updateInfo('experiment_name', run.experimentName)
    // A checkpoint has them already.
    run.hub.updateInfo('cfg', run.configText, false)
    run.hub.updateInfo('tessera_version', VERSION, false)
  }

  override beforeTrain(run: RunState): void {
    const { epoch, iter, maxEpochs, maxIters } = run.progress
    run.hub.updateInfo('loop_stage', 'train')
    run.hub.updateInfo('epoch', epoch)
    run.hub.updateInfo('iter', iter)
    run.hub.updateInfo('max_epochs', maxEpochs)
    run.hub.updateInfo('max_iters', maxIters)
    run.hub.updateInfo('dataset_meta', run.loaders.train?.dataset.metainfo)
  }

  override afterTrain(run: RunState): void {
    run.hub.removeInfo('loop_stage')
  }

  override beforeTrainEpoch(run: RunState): void {
    run.hub.updateInfo('epoch', run.progress.epoch)
  }

  override beforeTrainIter(run: RunState, _batchIndex: number, _batch: HostBatch): void {
    run.hub.updateInfo('iter', run.progress.iter)
    // Of several groups the first stands for all: that is what MMEngine logs.
    for (const [name, values] of Object.entries(run.training.optimWrapper?.getLr() ?? {})) {
      const first = values[0]
      if (first !== undefined) run.hub.updateScalar(`train/${name}`, first)
    }
  }

  override afterTrainIter(run: RunState, _batchIndex: number, _batch: HostBatch, outputs: TrainOutputs): void {
    // The optimizer wrapper's own numbers come first in the log, as they do where they are published during the step.
    const gradNorm = outputs['grad_norm']
    if (gradNorm !== undefined) run.hub.updateScalar('train/grad_norm', gradNorm)
    for (const [name, value] of Object.entries(outputs)) if (name !== 'grad_norm') run.hub.updateScalar(`train/${name}`, value)
  }

  override beforeVal(run: RunState): void {
    this.stageBefore = run.hub.getInfo('loop_stage')
    run.hub.updateInfo('loop_stage', 'val')
  }

  // Validation stands inside training, or by itself.
  override afterVal(run: RunState): void {
    if (this.stageBefore === undefined) run.hub.removeInfo('loop_stage')
    else run.hub.updateInfo('loop_stage', this.stageBefore)
  }

  override beforeTest(run: RunState): void {
    run.hub.updateInfo('loop_stage', 'test')
  }

  override afterTest(run: RunState): void {
    run.hub.removeInfo('loop_stage')
  }

  override afterValEpoch(run: RunState, metrics: Metrics): void {
    const numbers = Object.entries(metrics).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []))
    noteValidation(run.hub, run.progress.iter, numbers)
    publish(run, 'val', metrics)
  }

  override afterTestEpoch(run: RunState, metrics: Metrics): void {
    publish(run, 'test', metrics)
  }
}

/** Numbers become scalars with a history; anything else is a fact of the last evaluation. */
function publish(run: RunState, mode: 'val' | 'test', metrics: Metrics): void {
  const facts: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value === 'number') run.hub.updateScalar(`${mode}/${name}`, value)
    else {
      facts[name] = value
      run.hub.updateInfo(`${mode}/${name}`, value, false)
    }
  }
  run.metricFacts[mode] = facts
}
