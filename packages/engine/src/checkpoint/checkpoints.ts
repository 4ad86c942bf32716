import { readFileSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { loadStateDict, loadWeightFile, stateDictOf, writeSafetensors } from '@tessera/nn'
import { currentBackend } from '@tessera/runtime'
import type { HookList } from '../hooks/hookList.js'
import { arithmeticOf } from '../run/determinism.js'
import type { RunState } from '../run/runState.js'
import { VERSION } from '../run/version.js'
import type { CheckpointContent, CheckpointMeta } from './checkpointContent.js'
import { type DurableFileSystem, NODE_FILE_SYSTEM } from './durableFileSystem.js'
import { removeDirectory, replaceFile, saveDirectory } from './durableFiles.js'
import { LAST_CHECKPOINT } from './findCheckpoint.js'
import { describeFile, MANIFEST, type ManifestBody, manifestText, parseManifest } from './manifest.js'
import { OneAtATime } from './oneAtATime.js'
import { EMA_FILE, MODEL_FILE, OPTIMIZER_FILE, openCheckpointWeights, readCheckpoint } from './readCheckpoint.js'
import { configNote, datasetNote, groupOptions, lengthNote, optimizerNote } from './resumeNotes.js'
import { isTorchCheckpoint, readTorchCheckpoint } from './torchCheckpoint.js'

export interface SaveOptions {
  /** Folder that gets the checkpoint; the work dir by default. */
  directory?: string
  optimizer?: boolean
  schedulers?: boolean
  /** Counters to write, where the loop has not counted what was just done. */
  counters?: Partial<Pick<CheckpointMeta, 'epoch' | 'iter' | 'batch'>>
  /** Whether a resume goes on from it: `last_checkpoint` then points to it. Default true. */
  resumable?: boolean
}

/** Saves and loads the run's checkpoints. A save is there whole or not at all, at every moment. */
export class Checkpoints {
  private readonly hooks: HookList
  private readonly system: DurableFileSystem
  /** Iterations done in the last checkpoint from which this process could be resumed; −1 before there is one. */
  savedIter = -1
  private readonly writer = new OneAtATime()

  /** @param system for tests; the real one by default */
  constructor(hooks: HookList, system: DurableFileSystem = NODE_FILE_SYSTEM) {
    this.hooks = hooks
    this.system = system
  }

  /** Saves happen in the order of their calls. @returns the folder */
  async save(run: RunState, name: string, options: SaveOptions = {}): Promise<string> {
    const target = path.join(options.directory ?? run.workDir, name)
    // Copied before anything is waited for: what is saved is the state at the call.
    const content = collect(run, options)
    await this.writer.run(async () => {
      content.meta.git = (await run.git) ?? null
      await this.hooks.call('beforeSaveCheckpoint', run, content)
      await saveDirectory(target, filesOf(content), this.system)
      if (options.resumable !== false) await replaceFile(path.join(run.workDir, LAST_CHECKPOINT), target, this.system)
    })
    if (options.resumable !== false && content.optimizer !== undefined && content.param_schedulers !== undefined)
      this.savedIter = content.meta.iter
    return target
  }

  /**
   * Writes what validation changed into a checkpoint that was saved before it: the message hub, and the schedulers and rates that metrics
   * moved. When iterations lie between, only the given facts, for a history that runs ahead of the weights would be resumed twice.
   */
  amend(run: RunState, directory: string, facts: readonly string[]): Promise<void> {
    return this.writer.run(() => amendManifest(run, directory, facts, this.system))
  }

  remove(directory: string): Promise<void> {
    return this.writer.run(() => removeDirectory(directory, this.system))
  }

  /** Takes over everything: the run goes on where it was saved, to the same numbers. */
  async resume(run: RunState, directory: string): Promise<void> {
    const content = isTorchCheckpoint(directory) ? readTorchCheckpoint(run, directory) : readCheckpoint(directory)
    await this.hooks.call('afterLoadCheckpoint', run, content)
    const { meta, optimizer, param_schedulers } = content
    const { optimWrapper, schedulers } = run.training
    if (optimizer === undefined || param_schedulers === undefined) {
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: 'a checkpoint of weights alone cannot be resumed',
        path: directory,
        hint: 'Use it as load_from, or resume an epoch_N or iter_N of a run that saved its optimizer.',
      })
    }
    if (param_schedulers.length !== schedulers.length) {
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: 'the config has another number of parameter schedulers',
        path: directory,
        got: schedulers.length,
        expected: String(param_schedulers.length),
      })
    }
    if (meta.batch > 0 && meta.epoch_length !== run.progress.epochLength) {
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: 'saved within an epoch, and epochs now have another number of batches',
        path: directory,
        got: run.progress.epochLength,
        expected: String(meta.epoch_length),
        hint: 'Use the same data set and batch size, or resume a checkpoint of an epoch’s end.',
      })
    }
    loadWeights(run, content.model, directory)
    const configured = groupOptions(optimWrapper?.paramGroups ?? [])
    optimWrapper?.loadStateDict(optimizer)
    for (const [index, scheduler] of schedulers.entries()) scheduler.loadStateDict(param_schedulers[index] ?? {})
    run.hub.loadStateDict(content.message_hub)
    Object.assign(run.progress, { epoch: meta.epoch, iter: meta.iter, batch: meta.batch })
    run.logger.info(`resumed epoch: ${meta.epoch}, iter: ${meta.iter}`)
    const changed = configNote(meta.config, run.config)
    if (changed !== undefined) run.logger.info(changed)
    const warnings = [
      optimizerNote(configured, groupOptions(optimWrapper?.paramGroups ?? [])),
      datasetNote(meta.dataset_meta, run.loaders.train?.dataset.metainfo),
      lengthNote(run.progress),
    ]
    for (const warning of warnings) if (warning !== undefined) run.logger.warning(warning)
  }

  /**
   * Weights only; the run starts at its beginning.
   * @param need 'any': what the checkpoint lacks or has in another shape (another head) is a warning and starts as it would without it;
   * 'complete': every tensor of the model must be there, for whoever measures it
   */
  async loadFrom(run: RunState, place: string, need: 'any' | 'complete'): Promise<void> {
    const file = openCheckpointWeights(place)
    try {
      const { text, loaded, missing, mismatched, unexpected } = loadWeightFile(run.model, file, { need })
      run.logger.info(`Load checkpoint from ${place} (${file.format}, ${loaded.length} tensors)`)
      if (missing.length + mismatched.length + unexpected.length > 0) run.logger.warning(text)
    } finally {
      file.close()
    }
  }
}

function loadWeights(run: RunState, state: CheckpointContent['model'], place: string): void {
  try {
    loadStateDict(run.model, state)
  } catch (cause) {
    if (!(cause instanceof TesseraError)) throw cause
    const { path: name, ...details } = cause.details
    throw new TesseraError('CHECKPOINT_INVALID', {
      ...details,
      what: `the run cannot go on from it: ${details.what}`,
      path: `${place}: ${name ?? ''}`,
      hint: 'Without resume, load_from takes the weights that fit.',
      cause,
    })
  }
}

async function amendManifest(run: RunState, directory: string, facts: readonly string[], system: DurableFileSystem): Promise<void> {
  const file = path.join(directory, MANIFEST)
  // Not as 'utf8': there Node aborts the process when closing fails.
  const { files, format: _, version: __, ...body } = parseManifest(readFileSync(file).toString(), file)
  const now = run.hub.stateDict() as ManifestBody['message_hub']
  if (body.meta.iter !== run.progress.iter) {
    const found = Object.fromEntries(Object.entries(now.info).filter(([key]) => facts.includes(key)))
    const message_hub = { ...body.message_hub, info: { ...body.message_hub.info, ...found } }
    return replaceFile(file, manifestText({ ...body, message_hub }, files), system)
  }
  const amended: ManifestBody = { ...body, message_hub: now }
  const { optimWrapper, schedulers } = run.training
  if (schedulers.some(({ needValArgs }) => needValArgs === true)) {
    if (body.param_schedulers !== undefined) amended.param_schedulers = schedulers.map((scheduler) => scheduler.stateDict())
    if (body.optimizer !== undefined && optimWrapper !== undefined) amended.optimizer = { ...optimWrapper.stateDict().json }
  }
  await replaceFile(file, manifestText(amended, files), system)
}

function collect(run: RunState, options: SaveOptions): CheckpointContent {
  const { progress } = run
  const { optimWrapper, schedulers } = run.training
  return {
    meta: {
      epoch: progress.epoch,
      iter: progress.iter,
      batch: progress.batch,
      ...options.counters,
      epoch_length: progress.epochLength,
      by_epoch: progress.byEpoch,
      seed: run.seed,
      run_id: run.runId,
      experiment_name: run.experimentName,
      saved_at: Date.now(),
      versions: { tessera: VERSION, node: process.version, ...backendOf() },
      git: null,
      dataset_meta: run.loaders.train?.dataset.metainfo,
      config: run.config,
    },
    model: stateDictOf(run.model),
    ...(options.optimizer !== false && optimWrapper !== undefined && { optimizer: optimWrapper.stateDict() }),
    ...(options.schedulers !== false && { param_schedulers: schedulers.map((scheduler) => scheduler.stateDict()) }),
    message_hub: run.hub.stateDict(),
  }
}

function backendOf(): { backend?: string } {
  const backend = currentBackend()
  return backend === undefined ? {} : { backend: arithmeticOf(backend) }
}

/** The manifest last: a folder without it is a save that did not finish. */
function filesOf(content: CheckpointContent): [name: string, content: Uint8Array | string][] {
  const files: [string, Uint8Array][] = [[MODEL_FILE, writeSafetensors(content.model, { format: 'pt' })]]
  if (content.ema !== undefined) files.push([EMA_FILE, writeSafetensors(content.ema.state, { format: 'pt' })])
  if (content.optimizer !== undefined) files.push([OPTIMIZER_FILE, writeSafetensors(content.optimizer.tensors)])
  const hashes = Object.fromEntries(files.map(([file, bytes]) => [file, describeFile(bytes)]))
  return [...files, [MANIFEST, manifestText(bodyOf(content), hashes)]]
}

function bodyOf(content: CheckpointContent): ManifestBody {
  return {
    meta: { ...content.meta },
    ...(content.ema && { ema: { steps: content.ema.steps } }),
    ...(content.optimizer && { optimizer: { ...content.optimizer.json } }),
    ...(content.param_schedulers && { param_schedulers: content.param_schedulers }),
    message_hub: content.message_hub as ManifestBody['message_hub'],
  }
}
