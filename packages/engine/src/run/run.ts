import { type DataLoaderContract, type RandomSource, type RunContainer, TesseraError } from '@tessera/core'
import { buildOptimWrapper, initReport } from '@tessera/nn'
import { lockWorkDir } from '../checkpoint/workDirLock.js'
import type { HookList } from '../hooks/hookList.js'
import { evaluationPass } from '../loops/evaluationPass.js'
import type { EvaluationLoop } from '../loops/loop.js'
import type { RunReport } from '../report/runReport.js'
import type { StepParts } from '../step/compiledStep.js'
import { createStep } from '../step/createStep.js'
import { profileStep, type StepProfile } from '../step/profileStep.js'
import type { StepRunner } from '../step/stepRunner.js'
import { buildEvaluationSets } from './buildEvaluation.js'
import { buildEvaluationLoop, buildLoader, buildTrainLoop } from './buildLoops.js'
import { buildSchedulers, scaleLr } from './buildOptim.js'
import { own, section } from './configSections.js'
import { rescued } from './rescued.js'
import type { StartPoint } from './resumePoint.js'
import type { RunState } from './runState.js'
import { shown } from './shown.js'
import { summarize } from './summarize.js'

export interface RunParts {
  readonly container: RunContainer
  readonly hooks: HookList
  readonly random: RandomSource
  readonly start: StartPoint
  readonly report: RunReport
  /** Takes down what the run put on the screen, however it ended. */
  readonly closeDisplay?: () => void
}

export interface TrainResult {
  /** Stopped by `requestStop`; a checkpoint to go on from was saved. */
  readonly interrupted: boolean
  /** The last validation's metrics; empty without one. */
  readonly metrics: Readonly<Record<string, unknown>>
}

/** One run: train, validate or test what a config describes. Made by `createRun`; `dispose` gives everything back. */
export class Run {
  readonly state: RunState
  private readonly parts: RunParts
  private readonly steps: StepRunner[] = []
  private weightsReady = false
  private unlock: (() => void) | undefined

  constructor(state: RunState, parts: RunParts) {
    this.state = state
    this.parts = parts
  }

  /** Trains, and shows how it goes. */
  async train(): Promise<TrainResult> {
    const { state } = this
    this.requireSections('train', ['train_dataloader', 'train_cfg', 'optim_wrapper'])
    this.unlock ??= lockWorkDir(state.workDir)
    return shown(state, () => this.parts.report.during(state, () => this.trainWhole()))
  }

  /** The whole of training, in the order of events. */
  private async trainWhole(): Promise<TrainResult> {
    const { state } = this
    const { hooks, container, start } = this.parts
    const loader = this.trainLoader()
    const optimWrapper = buildOptimWrapper(state.model, section(state.config, 'optim_wrapper') ?? {}, container)
    state.training.optimWrapper = optimWrapper
    const step = await this.step({ optimWrapper, inStep: state.training.inStep })
    const validation = own(state.config, 'val_cfg') == null ? undefined : await this.evaluationLoop('val')
    const loop = buildTrainLoop(state.config, container, { run: state, hooks, loader, step, validation })
    scaleLr(state.config, optimWrapper, loader.batchSize, state.logger)
    state.training.schedulers = buildSchedulers(state.config, optimWrapper, state.progress, container)

    await hooks.call('beforeRun', state)
    await this.prepareWeights('any')
    if (start.kind === 'resume') await state.checkpoints.resume(state, start.place)
    optimWrapper.initializeCountStatus(state.progress.iter, state.progress.maxIters)
    const startedAt = performance.now()
    await rescued(state, () => loop.run())
    if (state.progress.interrupted) await this.saveInterrupted()
    // Before logs are copied elsewhere.
    summarize(state, (performance.now() - startedAt) / 1000)
    await hooks.call('afterRun', state)
    return { interrupted: state.progress.interrupted, metrics: this.lastMetrics() }
  }

  /** Validates with the weights that the run starts from. @returns the metrics */
  val(): Promise<Readonly<Record<string, unknown>>> {
    return shown(this.state, () => this.evaluate('val'))
  }

  /** Tests with the weights that the run starts from. @returns the metrics */
  test(): Promise<Readonly<Record<string, unknown>>> {
    return shown(this.state, () => this.evaluate('test'))
  }

  /** What a training step of this config costs; trains on its first batch. @param steps compiled ones, at least 2 */
  async profile(steps: number): Promise<StepProfile> {
    const { state } = this
    this.requireSections('train', ['train_dataloader', 'optim_wrapper'])
    const optimWrapper = buildOptimWrapper(state.model, section(state.config, 'optim_wrapper') ?? {}, this.parts.container)
    state.training.optimWrapper = optimWrapper
    await this.prepareWeights('any')
    optimWrapper.initializeCountStatus(0, Number.MAX_SAFE_INTEGER)
    state.model.train()
    for await (const batch of this.trainLoader().batches(0)) {
      return profileStep({ model: state.model, seed: state.seed, logger: state.logger, optimWrapper }, batch, steps)
    }
    throw new TesseraError('DATA_INVALID', { what: 'the training data have no batch', path: 'train_dataloader' })
  }

  /** Ends after the current step; training saves a checkpoint first. */
  requestStop(): void {
    this.state.progress.interrupted = true
  }

  /** Frees every tensor and closes the log. */
  dispose(): void {
    this.parts.closeDisplay?.()
    for (const hook of this.parts.hooks.hooks) hook.dispose()
    this.state.training.optimWrapper?.dispose()
    this.state.model.dataPreprocessor.dispose()
    this.state.model.dispose()
    // After the variables: the steps would keep their values else.
    for (const step of this.steps) step.dispose()
    this.parts.container.dispose()
    this.unlock?.()
    this.state.logger.close()
  }

  private async evaluate(mode: 'val' | 'test'): Promise<Readonly<Record<string, unknown>>> {
    this.requireSections(mode, [`${mode}_dataloader`, `${mode}_cfg`, `${mode}_evaluator`])
    const loop = await this.evaluationLoop(mode)
    await this.parts.hooks.call('beforeRun', this.state)
    const { start } = this.parts
    // After training in the same run the weights are those that it made.
    const isFirst = !this.weightsReady
    await this.prepareWeights('complete')
    if (isFirst && start.kind === 'resume') await this.state.checkpoints.loadFrom(this.state, start.place, 'complete')
    const metrics = await loop.run()
    await this.parts.hooks.call('afterRun', this.state)
    return metrics ?? {}
  }

  /** Draws the initial weights, each from a stream of its own name, and loads what `load_from` names. Once a run. */
  private async prepareWeights(need: 'any' | 'complete'): Promise<void> {
    if (this.weightsReady) return
    const { random, start } = this.parts
    // A run that gets every weight from elsewhere does not ask for the checkpoint that training started from.
    this.state.model.initWeights(random.fork('init'), {
      pretrained: start.kind === 'fresh' || (start.kind === 'weights' && need === 'any'),
    })
    this.weightsReady = true
    const report = initReport(this.state.model)
    for (const checkpoint of report.checkpoints) this.state.logger.info(checkpoint)
    this.state.logger.debug(['How each parameter starts:', ...report.parameters].join('\n  '))
    if (start.kind === 'weights') await this.state.checkpoints.loadFrom(this.state, start.place, need)
  }

  private async evaluationLoop(mode: 'val' | 'test'): Promise<EvaluationLoop> {
    const { state } = this
    const { container, hooks, random } = this.parts
    const sets = buildEvaluationSets(state.config, mode, container, random)
    const [first] = sets
    if (first === undefined) throw new TypeError('no data set to evaluate on')
    state.loaders[mode] = first.loader
    const step = await this.step({})
    const parts = { run: state, hooks, step, mode, sets, loader: first.loader, evaluator: first.evaluator }
    state.measure[mode] = () => evaluationPass(parts)
    return buildEvaluationLoop(state.config, mode, container, parts)
  }

  /** Compiled, unless the config says otherwise. */
  private async step(parts: Pick<StepParts, 'optimWrapper' | 'inStep'>): Promise<StepRunner> {
    const { model, seed, logger, config } = this.state
    const step = await createStep({ model, seed, logger, ...parts }, own(config, 'compile'))
    this.steps.push(step)
    return step
  }

  private trainLoader(): DataLoaderContract {
    const { state } = this
    state.loaders.train ??= buildLoader(state.config, 'train_dataloader', this.parts.container, this.parts.random)
    return state.loaders.train
  }

  /** Where Ctrl-C left it: an `iter_N` that `--resume` goes on from, mid-epoch or not. */
  private async saveInterrupted(): Promise<void> {
    const { state } = this
    if (state.progress.iter === 0) return
    const saved = await state.checkpoints.save(state, `iter_${state.progress.iter}`)
    state.logger.info(`Stopped. Saved ${saved}; --resume goes on from there.`)
  }

  private lastMetrics(): Record<string, unknown> {
    const scalars = [...this.state.hub.scalars].filter(([name]) => name.startsWith('val/') && !/\/(?:data_)?time$/.test(name))
    return Object.fromEntries([
      ...scalars.map(([name, buffer]) => [name.slice('val/'.length), buffer.current()] as const),
      ...Object.entries(this.state.metricFacts.val ?? {}),
    ])
  }

  private requireSections(verb: string, keys: readonly string[]): void {
    const missing = keys.filter((key) => own(this.state.config, key) == null)
    if (missing.length === 0) return
    throw new TesseraError('INVALID_CONFIG', {
      what: `the config does not say how to ${verb === 'train' ? 'train' : verb === 'val' ? 'validate' : 'test'}`,
      path: missing[0],
      expected: `${keys.join(', ')} in the config`,
    })
  }
}
