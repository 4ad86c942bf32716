import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type ConfigOf, HOOKS, type HostBatch, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { errorCode } from '../checkpoint/errorCode.js'
import { warnOfFullDisk } from '../checkpoint/freeSpace.js'
import { PUBLISHED_KEYS, publishCheckpoint } from '../checkpoint/publish.js'
import { metricValue } from '../evaluation/evaluator.js'
import type { RunState } from '../run/runState.js'
import { everyNEpochs, everyNTrainIters, isLastTrainEpoch, isLastTrainIter } from './every.js'
import { Hook, type Metrics, type TrainOutputs } from './hook.js'
import { inferRule, isBetter, type Rule } from './metricRule.js'

const rule = v.picklist(['greater', 'less'])
const publishedKey = v.picklist(PUBLISHED_KEYS)
const SAVE_BEST = 'default_hooks.checkpoint.save_best'
const names = v.union([v.string(), v.array(v.string())])

/** What is written, for the message when it cannot be. */
type Work = 'the checkpoint' | 'the best model' | 'what validation found' | 'which checkpoints are kept'

const schema = v.strictObject({
  /** Epochs (or iterations) between two checkpoints; -1: none but the last. */
  interval: v.optional(v.pipe(v.number(), v.integer()), -1),
  by_epoch: v.optional(v.boolean(), true),
  save_optimizer: v.optional(v.boolean(), true),
  save_param_scheduler: v.optional(v.boolean(), true),
  /** Checkpoints go to `<out_dir>/<name of the work dir>`; the work dir itself by default. */
  out_dir: v.optional(v.nullable(v.string())),
  /** How many to keep; -1: all. */
  max_keep_ckpts: v.optional(v.pipe(v.number(), v.integer()), -1),
  /** Save after the last epoch (iteration) in any case. */
  save_last: v.optional(v.boolean(), true),
  /** Metrics whose best model is kept; `auto` is the first that validation gives. */
  save_best: v.optional(v.nullable(names)),
  /** For each metric whether more or less is better; by its name when absent. */
  rule: v.optional(v.nullable(v.union([rule, v.array(rule)]))),
  greater_keys: v.optional(v.array(v.string())),
  less_keys: v.optional(v.array(v.string())),
  /** With `{}` for the number; `epoch_{}` or `iter_{}` when absent. */
  filename_tmpl: v.optional(v.nullable(v.pipe(v.string(), v.includes('{}')))),
  /** After training, publish the last and the best checkpoint with these parts alone, as `<name>-<hash>` (`meta`, `state_dict`, …). */
  published_keys: v.optional(v.nullable(v.union([publishedKey, v.array(publishedKey)]))),
  /** Other storage than the local disk is not offered: only null is accepted. */
  backend_args: v.optional(v.null()),
  file_client_args: v.optional(v.null()),
  /** First epoch (iteration) to save. */
  save_begin: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
})

type Options = v.InferOutput<typeof schema>
export interface CheckpointHookConfig extends ConfigOf<'CheckpointHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    CheckpointHook: CheckpointHookConfig
  }
}

/** Saves the run at intervals, keeps the last few and the best (MMEngine's CheckpointHook). */
@HOOKS.registerModule()
export class CheckpointHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'VERY_LOW'
  private readonly options: Options
  private readonly metrics: readonly string[]
  private lastSaved: string | undefined
  private savedAtIter = -1
  /** What validation found out about the best, to be written into the checkpoint that was saved before it. */
  private facts: string[] = []
  /** Of each kind in a row: that the small best model found room says nothing of the whole state. */
  private readonly failures = new Map<Work, number>()

  constructor(options: Options) {
    super()
    this.options = options
    this.metrics = options.save_best == null ? [] : typeof options.save_best === 'string' ? [options.save_best] : options.save_best
    this.checkOptions()
  }

  override async beforeTrain(run: RunState): Promise<void> {
    await mkdir(this.directory(run), { recursive: true })
    await warnOfFullDisk(run, this.directory(run), this.options.save_optimizer)
  }

  override async afterTrainEpoch(run: RunState): Promise<void> {
    const { by_epoch, interval, save_begin, save_last } = this.options
    if (!by_epoch) return
    // A run by iterations is one epoch long to the hooks, and its loop has counted everything by now.
    if (!run.progress.byEpoch) return save_last ? this.save(run, run.progress.iter, {}) : undefined
    if (!everyNEpochs(run.progress, interval, save_begin) && !(save_last && isLastTrainEpoch(run.progress))) return
    const epoch = run.progress.epoch + 1
    run.logger.info(`Saving checkpoint at ${epoch} epochs`)
    await this.save(run, epoch, { epoch, batch: 0 })
  }

  override async afterTrainIter(run: RunState, _batchIndex: number, _batch: HostBatch, _outputs: TrainOutputs): Promise<void> {
    const { by_epoch, interval, save_begin, save_last } = this.options
    if (by_epoch || !(everyNTrainIters(run.progress, interval, save_begin) || (save_last && isLastTrainIter(run.progress)))) return
    const iter = run.progress.iter + 1
    run.logger.info(`Saving checkpoint at ${iter} iterations`)
    await this.save(run, iter, { iter, batch: run.progress.batch + 1 })
  }

  override async afterValEpoch(run: RunState, metrics: Metrics): Promise<void> {
    for (const [index, wanted] of this.metrics.entries()) {
      const name = wanted === 'auto' ? Object.keys(metrics)[0] : wanted
      if (name === undefined) continue
      await this.attempt(run, 'the best model', async () => {
        if (await this.saveIfBest(run, metrics, name, index)) this.facts.push(...this.factsOf(name))
      })
    }
  }

  /** The checkpoint of this epoch was saved before validation: what came of that, to every hook, has to be in it, too. */
  override async afterVal(run: RunState): Promise<void> {
    const facts = this.facts.splice(0)
    const isOfNow = this.savedAtIter === run.progress.iter
    const { lastSaved } = this
    if (lastSaved !== undefined && (isOfNow || facts.length > 0))
      await this.attempt(run, 'what validation found', () => run.checkpoints.amend(run, lastSaved, facts))
  }

  override async afterTrain(run: RunState): Promise<void> {
    const { published_keys, save_last } = this.options
    if (published_keys == null || run.progress.interrupted) return
    const best = this.metrics.map((wanted) => run.hub.getInfo(this.factsOf(wanted)[1]))
    for (const checkpoint of new Set([save_last ? this.lastSaved : undefined, ...best])) {
      if (typeof checkpoint !== 'string') continue
      const published = await publishCheckpoint(checkpoint, { keys: [published_keys].flat() })
      run.logger.info(`The checkpoint (${checkpoint}) is published to ${published}.`)
    }
  }

  private async saveIfBest(run: RunState, metrics: Metrics, name: string, index: number): Promise<boolean> {
    const value = metricValue(metrics, name, SAVE_BEST)
    if (typeof value !== 'number') return false
    const [scoreKey, placeKey] = this.factsOf(name)
    const best = run.hub.getInfo(scoreKey)
    if (!isBetter(value, typeof best === 'number' ? best : undefined, this.ruleOf(name, index))) return false
    const { by_epoch } = this.options
    const at = by_epoch && run.progress.byEpoch ? run.progress.epoch : run.progress.iter
    const previous = run.hub.getInfo(placeKey)
    const file = `best_${name.replaceAll('/', '_')}_${this.nameOf(run, at)}`
    run.hub.updateInfo(scoreKey, value)
    const saved = await run.checkpoints.save(run, file, {
      directory: this.directory(run),
      optimizer: false,
      schedulers: false,
      resumable: false,
    })
    run.hub.updateInfo(placeKey, saved)
    // By its name in this run's folder: a copied work dir still carries the original's path, which is not ours to delete.
    const old = typeof previous === 'string' ? path.join(this.directory(run), path.basename(previous)) : saved
    if (old !== saved) await run.checkpoints.remove(old)
    run.logger.info(`The best checkpoint with ${value.toFixed(4)} ${name} at ${at} ${by_epoch ? 'epoch' : 'iter'} is saved to ${file}.`)
    return true
  }

  /** Under which keys the hub knows the best value and its checkpoint. */
  private factsOf(name: string): [score: string, place: string] {
    const suffix = this.metrics.length === 1 ? '' : `_${name}`
    return [`best_score${suffix}`, `best_ckpt${suffix}`]
  }

  private async save(run: RunState, at: number, counters: { epoch?: number; iter?: number; batch?: number }): Promise<void> {
    const { save_optimizer, save_param_scheduler, max_keep_ckpts } = this.options
    const before = this.keptNumbers(run)
    const kept = before.at(-1) === at ? before : [...before, at]
    const dropped = max_keep_ckpts > 0 ? kept.slice(0, -max_keep_ckpts) : []
    run.hub.updateInfo('keep_ckpt_ids', kept.slice(dropped.length))
    const write = async (): Promise<void> => {
      this.lastSaved = await run.checkpoints.save(run, this.nameOf(run, at), {
        directory: this.directory(run),
        optimizer: save_optimizer,
        schedulers: save_param_scheduler,
        counters,
      })
      this.savedAtIter = counters.iter ?? run.progress.iter
    }
    // After the last one there is no next that could make up for it.
    const isLast = counters.epoch === run.progress.maxEpochs || (counters.iter ?? run.progress.iter) === run.progress.maxIters
    const attempt = (): Promise<boolean> => this.attempt(run, 'the checkpoint', write)
    const isSaved = (await attempt()) || (isLast && (await attempt()))
    // Nothing is dropped for a save that failed: only with a newer one to go on from.
    if (!isSaved) run.hub.updateInfo('keep_ckpt_ids', before)
    else
      await this.attempt(run, 'which checkpoints are kept', async () => {
        for (const number of dropped) await run.checkpoints.remove(path.join(this.directory(run), this.nameOf(run, number)))
      })
  }

  /**
   * Work with the disk that may fail once: a full disk need not end a long run at once, for somebody may make room before the next save.
   * @returns whether it succeeded
   * @throws TesseraError WORK_DIR at the second failure of its kind in a row; and whatever is not the system's doing
   */
  private async attempt(run: RunState, what: Work, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      this.failures.delete(what)
      return true
    } catch (cause) {
      if (cause instanceof TesseraError || typeof errorCode(cause) !== 'string') throw cause
      const message = cause instanceof Error ? cause.message : String(cause)
      const at = `at iteration ${run.progress.iter}`
      const failures = (this.failures.get(what) ?? 0) + 1
      this.failures.set(what, failures)
      if (failures > 1) {
        throw new TesseraError('WORK_DIR', {
          what: `${what} could not be saved ${at}, nor the time before (${message})`,
          path: this.directory(run),
          hint: 'Make room, or choose another --work-dir. What was saved before is whole: --resume goes on from there.',
          cause,
        })
      }
      // With where it is: a logger tells the same warning once.
      run.logger.warning(`${capital(what)} could not be saved ${at} (${message}). Training goes on; if the next one fails too, it stops.`)
      return false
    }
  }

  private keptNumbers(run: RunState): number[] {
    const kept = run.hub.getInfo('keep_ckpt_ids')
    return Array.isArray(kept) ? kept.filter((id): id is number => typeof id === 'number') : []
  }

  private directory(run: RunState): string {
    return this.options.out_dir == null ? run.workDir : path.join(this.options.out_dir, path.basename(path.resolve(run.workDir)))
  }

  private nameOf(run: RunState, number: number): string {
    const template = this.options.filename_tmpl ?? (this.options.by_epoch && run.progress.byEpoch ? 'epoch_{}' : 'iter_{}')
    return template.replace('{}', String(number)).replace(/\.pth$/, '')
  }

  private ruleOf(name: string, index: number): Rule {
    const { rule: given, greater_keys, less_keys } = this.options
    const own = Array.isArray(given) ? given[given.length === 1 ? 0 : index] : given
    return own ?? inferRule(name, SAVE_BEST, { greaterKeys: greater_keys, lessKeys: less_keys })
  }

  private checkOptions(): void {
    const { rule: given } = this.options
    const fail = (what: string, got: unknown): never => {
      throw new TesseraError('INVALID_OPTIONS', { what, path: SAVE_BEST, got })
    }
    if (new Set(this.metrics).size !== this.metrics.length) fail('a metric stands twice', this.metrics)
    if (this.metrics.length > 1 && this.metrics.includes('auto')) fail("'auto' stands alone", this.metrics)
    if (Array.isArray(given) && given.length !== 1 && given.length !== this.metrics.length)
      fail('one rule for all metrics or one for each', given)
    for (const [index, name] of this.metrics.entries()) if (name !== 'auto') this.ruleOf(name, index)
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
