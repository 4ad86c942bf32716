import { VALIDATED_AT } from '../hooks/runtimeInfoHook.js'
import type { RunState } from '../run/runState.js'

export interface Curve {
  readonly name: string
  readonly kind: 'loss' | 'metric'
  /** x in epochs, or in iterations for a run by iterations. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly unit: 'epoch' | 'iteration'
}

/** At most this many points a curve: a mean of neighbours, as nothing finer can be seen. */
const MAX_POINTS = 150

/** The training loss and each validation metric over the run, from the message hub's history. */
export function trainingCurves(run: RunState): Curve[] {
  const { hub, progress } = run
  const unit = progress.byEpoch ? 'epoch' : 'iteration'
  const scale = progress.byEpoch ? progress.epochLength : 1
  const curves: Curve[] = []
  const losses = hub.scalars.get('train/loss')?.data().values ?? []
  if (losses.length > 0) {
    const first = progress.iter - losses.length
    curves.push({ name: 'loss', kind: 'loss', unit, points: thin(losses.map((y, index) => ({ x: (first + index + 1) / scale, y }))) })
  }
  for (const [key, buffer] of hub.scalars) {
    if (!key.startsWith('val/') || /\/(?:data_)?time$/.test(key)) continue
    const { values } = buffer.data()
    const at = hub.scalars.get(VALIDATED_AT)?.data(values.length).values ?? []
    curves.push({
      name: key.slice('val/'.length),
      kind: 'metric',
      unit,
      points: values.map((y, index) => ({ x: (at[index] ?? 0) / scale, y })),
    })
  }
  return curves
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
