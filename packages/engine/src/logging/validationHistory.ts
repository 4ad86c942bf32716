import type { MessageHub } from './messageHub.js'

/** History of the iterations after which validation ran. */
export const VALIDATED_AT = 'validated_at'

/** Notes that validation ran after `iter`, and what it gave: a metric that comes later, or comes no more, keeps its places. */
export function noteValidation(hub: MessageHub, iter: number, metrics: Iterable<string>): void {
  hub.updateScalar(VALIDATED_AT, iter)
  for (const name of metrics) hub.updateScalar(`${VALIDATED_AT}/${name}`, iter)
}

/**
 * The iteration of each of a metric's values. Values of a checkpoint that does not say are those of the validations just before the first
 * one that is known.
 */
export function iterationsOf(hub: MessageHub, metric: string, count: number): number[] {
  const own = hub.scalars.get(`${VALIDATED_AT}/${metric}`)?.data(count).values ?? []
  const [first = Number.POSITIVE_INFINITY] = own
  const before = (hub.scalars.get(VALIDATED_AT)?.data().values ?? []).filter((iter) => iter < first)
  const missing = count - own.length
  return [...(missing === 0 ? [] : before.slice(-missing)), ...own]
}
