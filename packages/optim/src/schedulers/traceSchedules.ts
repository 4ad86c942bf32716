import { type Builder, schedulersByName } from '@tessera/core'
import type { OptimWrapperContract, ParamGroup } from '@tessera/nn'
import { betasOption, numberOption } from '../optimizers/groupOption.js'
import { buildParamSchedulers } from './buildParamSchedulers.js'

export type TracedValue = 'lr' | 'momentum' | 'weight_decay'

const BASE = 'base_param_settings'

/** How one value of some parameter groups runs over the training. */
export interface ScheduleTrace {
  /** Of the groups that share this course; `base_param_settings` for the wrapper's own group. */
  readonly params: readonly string[]
  /** Iterations (from 0), evenly spread, the first and the last among them. */
  readonly iterations: readonly number[]
  /** What each of them uses. */
  readonly values: readonly number[]
}

export interface TraceOptions {
  readonly value: TracedValue
  readonly epochLength: number
  readonly maxEpochs: number
  readonly maxIters: number
  /** At most so many points a course; default 1000. */
  readonly points?: number
}

/**
 * Runs the schedulers of a config without a training: the course of a value for every distinct parameter group. Groups that start with
 * the same settings are run as one; of several optimizers, each runs its own. The wrapper's groups stay as they are; schedulers that watch
 * a metric never see one.
 */
export function traceSchedules(
  config: object | readonly object[],
  wrapper: OptimWrapperContract,
  builder: Builder,
  options: TraceOptions,
): ScheduleTrace[] {
  const { wrappers } = wrapper
  const named = schedulersByName(config, wrappers && [...wrappers.keys()])
  if (wrappers !== undefined) {
    return [...wrappers].flatMap(([name, one]) =>
      traceSchedules(listOf(named === undefined ? config : named[name]), one, builder, options).map((trace) => ({
        ...trace,
        params: trace.params.map((param) => (param === BASE ? `${name}.${BASE}` : param)),
      })),
    )
  }
  const { value, epochLength, maxIters, points = 1000 } = options
  const all = wrapper.paramGroups.filter((group) => currentValue(group, value) !== undefined)
  const distinct = perGroup(config) ? all.map((group) => [group]) : groupBy(all, settingsOf)
  const groups = distinct.map(([first]): ParamGroup => ({ ...structuredClone({ ...first, params: [] }), params: [], lr: first?.lr ?? 0 }))
  // The wrapper itself in everything else that a scheduler may ask of it.
  const stage: OptimWrapperContract = Object.create(wrapper, { paramGroups: { value: groups } })
  const schedulers = buildParamSchedulers(config, stage, builder, options)
  const iterations: number[] = []
  const series: number[][] = groups.map(() => [])
  for (let i = 0; i < maxIters; i++) {
    if (i === maxIters - 1 || Math.floor((i * points) / maxIters) !== Math.floor(((i - 1) * points) / maxIters)) {
      iterations.push(i)
      groups.forEach((group, k) => {
        series[k]?.push(currentValue(group, value) ?? 0)
      })
    }
    for (const scheduler of schedulers) if (!scheduler.byEpoch || (i + 1) % epochLength === 0) scheduler.step()
  }
  const traces = distinct.map((same, k) => ({ params: same.flatMap(namesOf), iterations, values: series[k] ?? [] }))
  return groupBy(traces, ({ values }) => values.join()).map((same) => ({
    params: same.flatMap(({ params }) => params),
    iterations,
    values: same[0]?.values ?? [],
  }))
}

/** Whether an option has a value for each group, so that none may be left out. */
function perGroup(config: object | readonly object[]): boolean {
  const configs: readonly object[] = Array.isArray(config) ? config : [config]
  return configs.some((one) => ['eta_max', 'min_value'].some((key) => Array.isArray(Reflect.get(one, key))))
}

function settingsOf(group: ParamGroup): string {
  return JSON.stringify([group.lr, group.weight_decay, group['momentum'], group['betas']])
}

function namesOf({ params }: ParamGroup): string[] {
  return params.length === 0 ? [BASE] : params.map(({ name }) => name)
}

function currentValue(group: ParamGroup, value: TracedValue): number | undefined {
  if (value === 'momentum' && Object.hasOwn(group, 'betas')) return betasOption(group)[0]
  return Object.hasOwn(group, value) ? numberOption(group, value) : undefined
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups.values()]
}

/** Of one optimizer. */
function listOf(config: unknown): object | readonly object[] {
  return typeof config === 'object' && config !== null ? config : []
}
