import { Hook } from './hook.js'

/** The 22 stages in the order of a run. */
export const HOOK_STAGES = [
  'beforeRun',
  'afterLoadCheckpoint',
  'beforeTrain',
  'beforeTrainEpoch',
  'beforeTrainIter',
  'afterTrainIter',
  'afterTrainEpoch',
  'beforeVal',
  'beforeValEpoch',
  'beforeValIter',
  'afterValIter',
  'afterValEpoch',
  'afterVal',
  'beforeSaveCheckpoint',
  'afterTrain',
  'beforeTest',
  'beforeTestEpoch',
  'beforeTestIter',
  'afterTestIter',
  'afterTestEpoch',
  'afterTest',
  'afterRun',
] as const

export type HookStage = (typeof HOOK_STAGES)[number]

/** The stages at which a hook does something: overridden themselves, or through the form for all modes. */
export function triggeredStages(hook: Hook): HookStage[] {
  return HOOK_STAGES.filter((stage) => overrides(hook, stage) || overrides(hook, stage.replace(/(?:Train|Val|Test)(?=Epoch|Iter)/, '')))
}

function overrides(hook: Hook, method: string): boolean {
  return Reflect.get(hook, method) !== Reflect.get(Hook.prototype, method)
}
