import { type ConfigOf, type Dataset, HOOKS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({})
export interface ClassNumCheckHookConfig extends ConfigOf<'ClassNumCheckHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    ClassNumCheckHook: ClassNumCheckHookConfig
  }
}

/** Compares every `num_classes` of the model with the data set's classes before anything runs (MMPreTrain's ClassNumCheckHook). */
@HOOKS.registerModule()
export class ClassNumCheckHook extends Hook {
  static readonly schema = schema

  override beforeTrain(run: RunState): void {
    check(run, 'train')
  }
  override beforeVal(run: RunState): void {
    check(run, 'val')
  }
  override beforeTest(run: RunState): void {
    check(run, 'test')
  }
}

function check(run: RunState, mode: 'train' | 'val' | 'test'): void {
  const dataset = run.loaders[mode]?.dataset
  if (dataset === undefined) return
  const { classes } = dataset.metainfo
  if (classes === undefined) {
    run.logger.warning(
      `${nameOf(dataset)} does not say its classes (metainfo.classes), so they cannot be compared with the head's num_classes.`,
    )
    return
  }
  for (const { path, count } of [
    ...classCounts(run.config['model'], 'model'),
    ...classCounts(run.config['data_preprocessor'], 'data_preprocessor'),
  ]) {
    if (count === classes.length) continue
    throw new TesseraError('INVALID_CONFIG', {
      what: `the model and ${nameOf(dataset)} have another number of classes`,
      path,
      got: count,
      expected: `${classes.length}, as ${mode}_dataloader has`,
    })
  }
}

/** Every `num_classes` in a section and below; what is not positive stands for "none". */
export function classCounts(value: unknown, path: string): { path: string; count: number }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const place = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`
    if (key === 'num_classes' && typeof item === 'number') return item > 0 ? [{ path: place, count: item }] : []
    return classCounts(item, place)
  })
}

function nameOf(dataset: Dataset): string {
  return dataset.constructor.name
}
