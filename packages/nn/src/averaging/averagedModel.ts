import { TesseraError } from '@tessera/core'
import { stepEffect, stepScalar, tf } from '@tessera/runtime'
import * as v from 'valibot'
import type { Module } from '../module/module.js'
import { Buffer, type StateTensor } from '../module/parameter.js'
import type { StateDict } from '../module/stateDict.js'

/** Options that every average has, for the schemas of subclasses. */
export const averagedModelEntries = {
  /** Updates between two that average. */
  interval: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  /** Average the buffers (running statistics), too; otherwise the average has the model's own. */
  update_buffers: v.optional(v.boolean(), false),
  /** Accepted for MMEngine's recipes, without effect: the average stands where the model does. */
  device: v.optional(v.nullable(v.string())),
}

export interface AveragedModelOptions {
  readonly interval: number
  readonly update_buffers: boolean
}

interface Pair {
  readonly name: string
  readonly source: StateTensor
  readonly average: StateTensor
}

/** What the next update does: the first copies, the others average, or wait for their interval. */
export type AverageAction = 'copy' | 'average' | 'wait'

/**
 * A running average of a model's weights (MMEngine's BaseAveragedModel). An update is `update` (tensor ops alone, so that it can be
 * part of a recorded step) and `advance` (the count, on the host). Before the first update the average is the model itself.
 */
export abstract class AveragedModel {
  private pairs: readonly Pair[]
  /** Tensors that an average kept elsewhere takes over as they are. */
  private copied: readonly Pair[] = []
  /** Updates so far. */
  steps = 0

  constructor(
    private readonly options: AveragedModelOptions,
    private readonly source: Module,
  ) {
    source.nameState()
    const tensors: [string, StateTensor][] = [...source.namedParameters()]
    // A count of batches is no quantity to average: it keeps what the first copy gave it.
    if (options.update_buffers) tensors.push(...[...source.namedBuffers()])
    this.pairs = tensors.map(([name, tensor]) => ({ name, source: tensor, average: new Buffer(tensor.shape, { layout: tensor.layout }) }))
  }

  /** The share that the model's present weights get in the update after `steps`, in (0, 1]. */
  protected abstract share(steps: number): number

  get action(): AverageAction {
    if (this.steps === 0) return 'copy'
    return this.steps % this.options.interval === 0 ? 'average' : 'wait'
  }

  /** Makes room, with the model's weights. Outside a step. */
  prepare(): void {
    for (const { source, average } of this.pairs) if (!average.isMaterialized) average.setValues(source.values())
  }

  /** Tensor ops on variables alone; `prepare` must have run. */
  update(): void {
    const { action } = this
    if (action === 'wait') return
    tf.tidy(() => {
      const share = action === 'average' ? stepScalar(() => this.share(this.steps)) : undefined
      for (const { name, source, average } of this.pairs) {
        if (share === undefined) average.variable.assign(tf.clone(source.variable))
        else if (!isCount(name)) average.variable.assign(tf.add(average.variable, tf.mul(share, tf.sub(source.variable, average.variable))))
      }
    })
  }

  advance(): void {
    this.steps++
  }

  /**
   * Keeps the average in another module of the same build, which computes with it (a momentum encoder), instead of in tensors of its own.
   * What is not averaged is the model's after each `follow`.
   */
  keepIn(target: Module): void {
    const places = new Map<string, StateTensor>(target.namedState())
    const placed = (name: string, source: StateTensor): Pair[] => {
      const average = places.get(name)
      return average === undefined ? [] : [{ name, source, average }]
    }
    const averaged = new Set(this.pairs.map(({ name }) => name))
    this.pairs = this.pairs.flatMap(({ name, source }) => placed(name, source))
    this.copied = [...this.source.namedBuffers()].flatMap(([name, source]) =>
      averaged.has(name) || isFixed(name) ? [] : placed(name, source),
    )
  }

  /** `update` and `advance` in one, inside a step, the count with it: the same recording serves the first step and all others. */
  follow(): void {
    const share = stepScalar(() => ({ copy: 1, wait: 0, average: this.share(this.steps) })[this.action])
    for (const { name, source, average } of this.pairs) {
      if (isCount(name)) continue
      // A share of 1 leaves nothing of the old values, to the last bit.
      average.variable.assign(tf.add(tf.mul(average.variable, tf.sub(1, share)), tf.mul(source.variable, share)))
    }
    for (const { source, average } of this.copied) average.variable.assign(tf.clone(source.variable))
    stepEffect(
      () => this.advance(),
      () => {
        this.steps--
      },
    )
  }

  /** Exchanges the model's weights and the average. Outside a step. */
  swap(): void {
    if (this.steps === 0) return
    for (const { source, average } of this.pairs) {
      const values = source.values()
      source.setValues(average.values())
      average.setValues(values)
    }
  }

  /** The average under the model's names, whole: what it has no average of is the model's. */
  stateDict(): StateDict {
    const averages = new Map(this.steps === 0 ? [] : this.pairs.map(({ name, average }) => [name, average]))
    return new Map(
      [...this.source.namedState()].map(([name, tensor]) => {
        return [name, { shape: tensor.shape, data: (averages.get(name) ?? tensor).values() }]
      }),
    )
  }

  /** @throws TesseraError STATE_DICT_MISMATCH naming what is missing or of another shape; then nothing has changed */
  loadStateDict(state: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>, steps: number): void {
    const values = this.pairs.map(({ name, source, average }) => {
      const saved = state.get(name)
      if (saved === undefined || saved.shape.join() !== source.shape.join()) {
        throw new TesseraError('STATE_DICT_MISMATCH', {
          what: 'the averaged weights belong to another model',
          path: name,
          got: saved?.shape,
          expected: `[${source.shape.join(',')}]`,
        })
      }
      return { average, data: saved.data }
    })
    for (const { average, data } of values) average.setValues(data)
    this.steps = steps
  }

  dispose(): void {
    for (const { average } of this.pairs) average.dispose()
  }
}

/** What follows from the model's sizes alone. */
function isFixed(name: string): boolean {
  return name.endsWith('relative_position_index')
}

function isCount(name: string): boolean {
  return name.endsWith('num_batches_tracked')
}
