import type { Progress, RunState } from '../run/runState.js'
import type { HistoryBuffer } from './historyBuffer.js'
import { iterationsOf } from './validationHistory.js'

export interface Curve {
  readonly name: string
  /** What it measures: curves of one kind can share an axis. */
  readonly kind: 'loss' | 'metric' | 'lr' | 'grad_norm' | 'seconds' | 'other'
  /** x in epochs, or in iterations for a run by iterations. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly unit: 'epoch' | 'iteration'
}

/** At most this many points a curve: a mean of neighbours, as nothing finer can be seen. */
const MAX_POINTS = 150

/** The training loss and each validation metric over the run, from the message hub's history. */
export function trainingCurves(run: RunState): Curve[] {
  return allCurves(run).filter(({ name, kind }) => name === 'loss' || kind === 'metric')
}

/** Everything that training and validation measured, over the run. */
export function allCurves(run: RunState): Curve[] {
  const curves: Curve[] = []
  for (const [key, buffer] of run.hub.scalars) {
    const [mode] = key.split('/', 1)
    const name = key.slice((mode ?? '').length + 1)
    const isTime = /(?:^|\/)(?:data_)?time$/.test(name)
    if (mode === 'train') curves.push(trainCurve(run, name, buffer, isTime ? 'seconds' : kindOf(name)))
    else if (mode === 'val' && !isTime) curves.push(validationCurve(run, name, buffer))
  }
  return curves
}

function trainCurve({ progress }: RunState, name: string, buffer: HistoryBuffer, kind: Curve['kind']): Curve {
  const { values } = buffer.data()
  const first = progress.iter - values.length
  return { name, kind, ...axis(progress), points: thin(values.map((y, index) => ({ x: (first + index + 1) / scale(progress), y }))) }
}

function validationCurve({ hub, progress }: RunState, name: string, buffer: HistoryBuffer): Curve {
  const { values } = buffer.data()
  const at = iterationsOf(hub, name, values.length)
  return { name, kind: 'metric', ...axis(progress), points: values.map((y, index) => ({ x: (at[index] ?? 0) / scale(progress), y })) }
}

function kindOf(name: string): Curve['kind'] {
  if (name.includes('loss')) return 'loss'
  if (name.endsWith('lr')) return 'lr'
  return name === 'grad_norm' ? 'grad_norm' : 'other'
}

function axis({ byEpoch }: Progress): Pick<Curve, 'unit'> {
  return { unit: byEpoch ? 'epoch' : 'iteration' }
}

function scale({ byEpoch, epochLength }: Progress): number {
  return byEpoch ? epochLength : 1
}

function thin(points: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const size = Math.ceil(points.length / MAX_POINTS)
  const thinned: { x: number; y: number }[] = []
  for (let at = 0; at < points.length; at += size) {
    const group = points.slice(at, at + size)
    thinned.push({ x: group.at(-1)?.x ?? 0, y: group.reduce((sum, { y }) => sum + y, 0) / group.length })
  }
  return thinned
}
