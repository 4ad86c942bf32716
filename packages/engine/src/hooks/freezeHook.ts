import { type ConfigOf, HOOKS, suggest, TesseraError } from '@tessera/core'
import type { Module, Parameter } from '@tessera/nn'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const patterns = v.union([v.string(), v.array(v.string())])

const schema = v.strictObject({
  /** Dotted names of modules or parameters; `*` stands for one part of a name, `**` for any number of them. */
  patterns,
  /** Frozen from this epoch (iteration) on, counted from 0. */
  begin: v.optional(count, 0),
  /** … until this one begins; never thawed when null. */
  end: v.optional(v.nullable(count), null),
  /** Whether begin and end count epochs or iterations. */
  by_epoch: v.optional(v.boolean(), true),
})

export interface FreezeHookConfig extends ConfigOf<'FreezeHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    FreezeHook: FreezeHookConfig
  }
}

/**
 * Freezes parts of any model by name, at any time, and thaws them again: no gradient, no update, no weight decay, no dropout, no new
 * running statistics (often asked for, mmpretrain#300, #701). When to is read off the run's counters, so a resumed run has it right.
 */
@HOOKS.registerModule()
export class FreezeHook extends Hook {
  static readonly schema = schema
  private isFrozen = false
  private modules: Module[] = []
  private parameters: Parameter[] = []

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    if (options.end !== null && options.end <= options.begin)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'frozen parts are thawed after they were frozen',
        path: 'FreezeHook.end',
        got: options.end,
        expected: `more than begin (${options.begin})`,
      })
  }

  override beforeTrain(run: RunState): void {
    const wanted = [this.options.patterns].flat()
    this.modules = []
    this.parameters = []
    const modules = [...run.model.namedModules()].filter(([name]) => name !== '')
    const parameters = [...run.model.namedParameters()]
    for (const pattern of wanted) {
      const matches = matcher(pattern)
      const foundModules = modules.filter(([name]) => matches(name))
      const foundParameters = parameters.filter(([name]) => matches(name))
      if (foundModules.length + foundParameters.length === 0) {
        const names = [...modules, ...parameters].map(([name]) => name)
        throw new TesseraError('INVALID_OPTIONS', {
          what: 'no part of the model has this name',
          path: 'FreezeHook.patterns',
          got: pattern,
          nearest: suggest(pattern, names),
        })
      }
      this.modules.push(...foundModules.map(([, module]) => module))
      this.parameters.push(...foundParameters.map(([, parameter]) => parameter))
    }
    this.apply(run)
  }

  override beforeTrainEpoch(run: RunState): void {
    if (this.options.by_epoch) this.apply(run)
  }

  override beforeTrainIter(run: RunState): void {
    if (!this.options.by_epoch) this.apply(run)
  }

  private apply(run: RunState): void {
    const { begin, end, by_epoch } = this.options
    const now = by_epoch ? run.progress.epoch : run.progress.iter
    const frozen = now >= begin && (end === null || now < end)
    if (frozen === this.isFrozen) return
    this.isFrozen = frozen
    for (const module of this.modules) {
      if (frozen) module.freeze()
      else module.unfreeze()
    }
    for (const parameter of this.parameters) parameter.requiresGrad = !frozen
    const tensors = new Set([...this.modules.flatMap((module) => module.parameters()), ...this.parameters]).size
    run.logger.info(`${frozen ? 'Froze' : 'Thawed'} ${tensors} parameters (${[this.options.patterns].flat().join(', ')}).`)
  }
}

/** Whether a dotted name is what the pattern says. */
export function matcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split('.')
  const fits = (names: readonly string[], at: number): boolean => {
    const part = parts[at]
    if (part === undefined) return names.length === 0
    if (part === '**') return fits(names, at + 1) || (names.length > 0 && fits(names.slice(1), at))
    const [first, ...rest] = names
    return first !== undefined && fitsPart(part, first) && fits(rest, at + 1)
  }
  return (name) => fits(name.split('.'), 0)
}

function fitsPart(pattern: string, text: string): boolean {
  const pieces = pattern.split('*')
  if (pieces.length === 1) return pattern === text
  const [head = '', ...rest] = pieces
  const tail = rest.pop() ?? ''
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false
  let at = head.length
  for (const piece of rest) {
    const found = text.indexOf(piece, at)
    if (found < 0 || found + piece.length > text.length - tail.length) return false
    at = found + piece.length
  }
  return true
}
