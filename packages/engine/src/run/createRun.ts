import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { dumpConfig, LOG_PROCESSORS, LOGGER, MESSAGE_HUB, MODELS, RANDOM, RunContainer, TesseraError, WORK_DIR } from '@tessera/core'
import { BaseModel } from '@tessera/nn'
import { type BackendInfo, type BackendRequest, RandomStream, useBackend } from '@tessera/runtime'
import { Checkpoints } from '../checkpoint/checkpoints.js'
import { HookList } from '../hooks/hookList.js'
import { type Console, processConsole } from '../logging/console.js'
import { EarlyEstimateHook } from '../logging/earlyEstimateHook.js'
import { LearningRateLog } from '../logging/learningRateLog.js'
import { LogProcessor } from '../logging/logProcessor.js'
import { MessageHub } from '../logging/messageHub.js'
import { timestampOf } from '../logging/numberText.js'
import { ProgressBarHook } from '../logging/progressBarHook.js'
import { LOG_LEVELS, type LogLevel, RunLogger } from '../logging/runLogger.js'
import { ScalarLog } from '../logging/scalarLog.js'
import { ReportHook } from '../report/reportHook.js'
import { RunReport } from '../report/runReport.js'
import { buildVisualizer } from '../visualization/buildVisualizer.js'
import { addHooks, misspeltHooks } from './buildHooks.js'
import { required } from './buildLoops.js'
import { checkTriplets } from './checkTriplets.js'
import { type Config, flag, own, section, text, withKeys } from './configSections.js'
import { checkDeterminism } from './determinism.js'
import { gitState } from './gitState.js'
import { idleSections } from './idleSections.js'
import { chooseSeed, runIdOf, startPoint } from './resumePoint.js'
import { Run } from './run.js'
import { newProgress, type RunState } from './runState.js'
import { Spans } from './spans.js'
import { makeRunFolders, notWritable } from './workDir.js'

/** A config as `loadConfig` of core gives it. */
export interface RunSource {
  readonly config: Config
  /** The file it was read from; its name is the experiment's and the default work dir's. */
  readonly file?: string
}

export interface RunOptions {
  /** Beats the config's `work_dir`; both absent: `work_dirs/<name of the config file>`. */
  workDir?: string
  console?: Console
  backend?: BackendRequest
  now?: () => Date
  /** Registers or rebinds components and services for this run, before anything is built. */
  prepare?: (container: RunContainer) => void
}

/**
 * Sets a run up: folders, log, seed, services, model and hooks. Loaders, loops and the optimizer are built when they are needed.
 * @throws TesseraError for a config that cannot run or a work dir that cannot be written; nothing is left behind then but the folder
 */
export async function createRun({ config, file }: RunSource, options: RunOptions = {}): Promise<Run> {
  checkTriplets(config)
  const name = file === undefined ? 'run' : path.parse(file).name
  const now = options.now ?? (() => new Date())
  const timestamp = timestampOf(now())
  const folders = makeRunFolders(options.workDir ?? text(config, 'work_dir') ?? path.join('work_dirs', name), timestamp)
  const console = options.console ?? processConsole()
  const logger = new RunLogger({ console, file: path.join(folders.logDir, `${timestamp}.log`), level: logLevel(config), now })
  const container = new RunContainer(config)
  try {
    const deterministic = flag(section(config, 'randomness') ?? {}, 'deterministic') === true
    const backend = await useBackend(options.backend, own(config, 'compile') === false ? 'ops' : 'shards', deterministic)
    describeBackend(backend, logger)
    const start = await startPoint(config, folders.workDir, logger)
    if (deterministic) checkDeterminism(backend, start, logger)
    const seed = chooseSeed(config, start, logger)
    const random = new RandomStream(seed)
    const hub = new MessageHub()
    container.bind(LOGGER, logger)
    container.bind(MESSAGE_HUB, hub)
    container.bind(RANDOM, random)
    container.bind(WORK_DIR, folders.workDir)
    options.prepare?.(container)
    const idle = idleSections(config)
    if (idle.length > 0) logger.info(`Without effect here: ${idle.join(', ')}`)
    const configText = keepConfig(config, file, folders.workDir, folders.visDir)

    const hooks = new HookList()
    addHooks(hooks, config, container)
    for (const warning of misspeltHooks(config)) logger.warning(warning)
    hooks.add(new EarlyEstimateHook())
    const report = new RunReport(now)
    if (own(config, 'train_cfg') != null) hooks.add(new ReportHook(report))
    const bar = console.interactive ? new ProgressBarHook() : undefined
    if (bar !== undefined) hooks.add(bar)
    logger.debug(`Hooks will be executed in the following order:\n${hooks.describe()}`)
    const logProcessor = LOG_PROCESSORS.build(
      withKeys(section(config, 'log_processor') ?? {}, { type: section(config, 'log_processor')?.['type'] ?? 'LogProcessor' }),
      container,
    )
    if (!(logProcessor instanceof LogProcessor))
      throw new TesseraError('INVALID_CONFIG', { what: 'a log processor extends LogProcessor', path: 'log_processor' })
    const runId = runIdOf(start)
    const state: RunState = {
      config,
      configText,
      workDir: folders.workDir,
      logDir: folders.logDir,
      timestamp,
      experimentName:
        text(config, 'experiment_name') === undefined ? `${name}_${timestamp}` : `${text(config, 'experiment_name')}_${timestamp}`,
      runId,
      git: gitState(process.cwd()),
      seed,
      logger,
      console,
      hub,
      logProcessor,
      scalarLog: new ScalarLog(folders.visDir, timestamp, (message) => logger.warning(message)),
      learningRateLog: new LearningRateLog(folders.visDir, (message) => logger.warning(message)),
      visualizer: buildVisualizer(
        config,
        { directory: folders.visDir, workDir: folders.workDir, experimentName: name, runId, logger },
        container,
      ),
      model: buildModel(config, container),
      progress: newProgress(),
      spans: new Spans(),
      checkpoints: new Checkpoints(hooks),
      loaders: {},
      training: { schedulers: [], inStep: [] },
      measure: {},
      metricFacts: {},
    }
    return new Run(state, { container, hooks, random, start, report, ...(bar && { closeDisplay: () => bar.close(state) }) })
  } catch (error) {
    container.dispose()
    logger.close()
    throw error
  }
}

/** The model with its parameters named but without values; the top-level `data_preprocessor` is its own unless it has one. */
function buildModel(config: Config, container: RunContainer): BaseModel {
  const given = required(config, 'model')
  const preprocessor = section(config, 'data_preprocessor')
  const model = MODELS.build(
    preprocessor !== undefined && given['data_preprocessor'] == null ? withKeys(given, { data_preprocessor: preprocessor }) : given,
    container,
  )
  if (!(model instanceof BaseModel))
    throw new TesseraError('INVALID_CONFIG', { what: 'what is trained extends BaseModel', path: 'model', got: model.constructor.name })
  model.nameState()
  return model
}

/** The config as it ran, in the work dir under its own name and beside the logs: enough to run it again. @returns it as JSON, if it can be */
function keepConfig(config: Config, file: string | undefined, workDir: string, visDir: string): string | undefined {
  let dumped: string | undefined
  try {
    dumped = dumpConfig(config, 'json')
  } catch {
    // A config with classes in it has no text form of its own; its source still does.
  }
  try {
    if (dumped !== undefined) {
      writeFileSync(path.join(visDir, 'config.json'), dumped)
      writeFileSync(path.join(workDir, `${file === undefined ? 'config' : path.parse(file).name}.json`), dumped)
    } else if (file !== undefined) copyFileSync(file, path.join(workDir, path.basename(file)))
  } catch (cause) {
    throw notWritable(workDir, cause)
  }
  return dumped
}

function describeBackend(backend: BackendInfo, logger: RunLogger): void {
  logger.info(`Backend: ${backend.name} (${backend.version}), ${backend.threads} thread${backend.threads === 1 ? '' : 's'}`)
  if (backend.why !== undefined) logger.warning(`The fast backend is not in use: ${backend.why}`)
}

function logLevel(config: Config): LogLevel {
  const level = (text(config, 'log_level') ?? 'INFO').toUpperCase()
  if (level === 'CRITICAL') return 'ERROR'
  if (level === 'NOTSET') return 'DEBUG'
  const known = LOG_LEVELS.find((one) => one === level)
  if (known === undefined)
    throw new TesseraError('INVALID_CONFIG', { what: 'no such log level', path: 'log_level', got: level, expected: LOG_LEVELS.join(', ') })
  return known
}
