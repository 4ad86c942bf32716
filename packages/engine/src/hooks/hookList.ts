import { TesseraError } from '@tessera/core'
import type { Hook } from './hook.js'
import { type Priority, priorityValue } from './priority.js'
import { HOOK_STAGES, type HookStage, triggeredStages } from './stages.js'

interface Entry {
  readonly hook: Hook
  readonly priority: number
}

/** The run's hooks in order of priority. */
export class HookList {
  private entries: Entry[] = []
  private readonly byStage = new Map<HookStage, Hook[]>()

  get hooks(): readonly Hook[] {
    return this.entries.map(({ hook }) => hook)
  }

  /** @param priority beats the hook's own */
  add(hook: Hook, priority?: Priority, path?: string): void {
    this.entries.push({ hook, priority: priorityValue(priority ?? hook.priority, path) })
    // sort is stable: equal priorities stay in the order of registration.
    this.entries.sort((a, b) => a.priority - b.priority)
    this.byStage.clear()
    for (const entry of this.entries) {
      for (const stage of triggeredStages(entry.hook)) this.byStage.set(stage, [...(this.byStage.get(stage) ?? []), entry.hook])
    }
  }

  /**
   * Runs one stage of every hook that has it. What has happened cannot be taken back, so in an `after…` stage every hook has its turn
   * (a checkpoint is saved although a plot failed) before the first error is thrown.
   * @throws TesseraError HOOK_FAILED naming hook and stage, unless the hook threw one of ours
   */
  async call<TStage extends HookStage>(stage: TStage, ...args: Parameters<Hook[TStage]>): Promise<void> {
    const errors: TesseraError[] = []
    for (const hook of this.byStage.get(stage) ?? []) {
      try {
        const method = hook[stage] as (...given: Parameters<Hook[TStage]>) => void | Promise<void>
        const [run] = args
        // Only where somebody listens: stages are many, and most hooks are done at once.
        const done =
          run.spans?.listener === undefined
            ? method.apply(hook, args)
            : run.spans.measure(`${hook.constructor.name}.${stage}`, 'hook', () => method.apply(hook, args))
        if (done !== undefined) await done
      } catch (cause) {
        errors.push(named(cause, hook, stage))
        if (!stage.startsWith('after')) break
      }
    }
    const [first] = errors
    if (first !== undefined) throw first
  }

  /** Table of who acts when, for the log. */
  describe(): string {
    const nameOf = (value: number): string => `${value}`.padEnd(4)
    return HOOK_STAGES.filter((stage) => this.byStage.has(stage))
      .map((stage) => {
        const lines = this.entries
          .filter(({ hook }) => this.byStage.get(stage)?.includes(hook))
          .map(({ hook, priority }) => `(${nameOf(priority)}) ${hook.constructor.name}`)
        return `${stage}:\n${lines.join('\n')}\n -------------------- `
      })
      .join('\n')
  }
}

function named(cause: unknown, hook: Hook, stage: HookStage): TesseraError {
  if (cause instanceof TesseraError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new TesseraError('HOOK_FAILED', {
    what: `${hook.constructor.name} threw: ${message}`,
    path: `${hook.constructor.name}.${stage}`,
    cause,
  })
}
