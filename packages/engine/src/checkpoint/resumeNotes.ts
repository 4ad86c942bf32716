import { type ConfigChange, compareConfigs, show } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import type { Progress } from '../run/runState.js'
import type { CheckpointMeta } from './checkpointContent.js'
import { fromExactJson, toExactJson } from './exactJson.js'

/** Where a run finds itself, not what it does. */
const PLACES = new Set(['work_dir', 'resume', 'load_from', 'launcher', 'experiment_name', 'log_level'])
const MOST = 8

/** The options of each group, without its parameters. */
export type GroupOptions = readonly Readonly<Record<string, unknown>>[]

export function groupOptions(groups: readonly ParamGroup[]): GroupOptions {
  return groups.map(({ params: _, ...options }) => ({ ...options }))
}

/** What the config says otherwise than the one that the checkpoint was saved with; undefined when nothing, or when none was saved. */
export function configNote(saved: unknown, now: object): string | undefined {
  if (!isObject(saved)) return undefined
  const changes = compareConfigs(saved, asSaved(now)).filter(({ path }) => !PLACES.has(path))
  return changes.length === 0 ? undefined : `The config has changed since the checkpoint: ${list(changes)}.`
}

/** What the optimizer does otherwise than the config says, for its options come with its state. The last group is what the others start from. */
export function optimizerNote(configured: GroupOptions, resumed: GroupOptions): string | undefined {
  const changes = new Map<string, string>()
  for (const [index, options] of configured.entries())
    for (const { path, before, after } of compareConfigs(asSaved(unscheduled(options)), asSaved(unscheduled(resumed[index] ?? {}))))
      changes.set(path, `${path.replace(/^initial_/, '')} ${show(after, 60)} (the config has ${show(before, 60)})`)
  if (changes.size === 0) return undefined
  return `The optimizer goes on as in the checkpoint: ${[...changes.values()].join(', ')}. With load_from and without resume it starts as configured.`
}

/** What the data say of themselves otherwise than when the checkpoint was saved: other classes, or others' order, mean other labels. */
export function datasetNote(saved: CheckpointMeta['dataset_meta'], now: object | undefined): string | undefined {
  if (!isObject(saved) || now === undefined) return undefined
  const changes = compareConfigs(saved, asSaved(now))
  return changes.length === 0
    ? undefined
    : `The training data are not those of the checkpoint, by what they say of themselves: ${list(changes)}.`
}

/** A finished run that is resumed as it is has nothing to do, which looks like a failure to whoever wanted more. */
export function lengthNote({ iter, maxIters, byEpoch, maxEpochs }: Progress): string | undefined {
  if (iter < maxIters) return undefined
  return `Nothing is left to train: the checkpoint is at iteration ${iter}, and train_cfg ends at ${maxIters}. A larger ${byEpoch ? `max_epochs (now ${maxEpochs})` : 'max_iters'} goes on.`
}

/** Without the values that schedulers write: those of now say nothing of the config. */
function unscheduled(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isScheduled = (key: string): boolean => Object.hasOwn(options, `initial_${key === 'betas' ? 'momentum' : key}`)
  const isCycled = Object.hasOwn(options, 'max_momentum')
  return Object.fromEntries(
    Object.entries(options).filter(([key]) => !isScheduled(key) && !(isCycled && (key === 'betas' || key === 'momentum'))),
  )
}

/** As it comes back from a checkpoint: classes by name, nothing undefined. */
function asSaved(value: object): object {
  const saved = fromExactJson(toExactJson(value))
  return isObject(saved) ? saved : {}
}

function list(changes: readonly ConfigChange[]): string {
  const shown = changes.slice(0, MOST).map(({ path, before, after }) => `${path} ${show(before, 60)} → ${show(after, 60)}`)
  return [...shown, ...(changes.length > MOST ? [`${changes.length - MOST} more`] : [])].join(', ')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
