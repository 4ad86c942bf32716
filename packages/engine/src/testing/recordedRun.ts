import { stateDictOf } from '@tessera/nn'
import { Hook } from '../hooks/hook.js'
import { createRun } from '../run/createRun.js'
import type { Run } from '../run/run.js'
import type { RunState } from '../run/runState.js'
import { type TinyConfig, tinyOptions } from './tinyRun.js'

/** The hooks of a run, for tests that add their own. */
export function hooksOf(run: Run): { add(hook: Hook): void } {
  return Reflect.get(Reflect.get(run, 'parts'), 'hooks')
}

export interface RecordOptions {
  /** Asks for an orderly end after so many iterations. */
  stopAt?: number
  hooks?: readonly Hook[]
}

/** Trains and returns every training loss, by iteration, and the final weights. */
export async function recordedRun(config: TinyConfig, options = tinyOptions(), { stopAt, hooks = [] }: RecordOptions = {}) {
  const run = await createRun({ config, file: 'tiny.ts' }, options)
  const losses = new Map<number, number>()
  class Recorder extends Hook {
    override afterTrainIter(state: RunState, _: number, __: unknown, outputs: Readonly<Record<string, number>>): void {
      losses.set(state.progress.iter, outputs['loss'] ?? Number.NaN)
      if (state.progress.iter + 1 === stopAt) run.requestStop()
    }
  }
  for (const hook of [new Recorder(), ...hooks]) hooksOf(run).add(hook)
  try {
    const result = await run.train()
    const weights = new Map([...stateDictOf(run.state.model)].map(([name, { data }]) => [name, Array.from(data)]))
    return { losses, weights, result, lines: options.lines, workDir: options.workDir, state: run.state }
  } finally {
    run.dispose()
  }
}
