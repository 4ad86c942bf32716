import type { Logger } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { numberOption } from '../optimizers/groupOption.js'

/** Where an annealing ends. */
export const minimumEntries = {
  /** The same for every group. */
  eta_min: v.nullish(v.number()),
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio: v.nullish(v.number()),
}

interface Minimum {
  readonly eta_min?: number | null | undefined
  readonly eta_min_ratio?: number | null | undefined
}

export function isOneMinimum({ eta_min, eta_min_ratio }: Minimum): boolean {
  return typeof eta_min !== 'number' || typeof eta_min_ratio !== 'number'
}

export const BOTH_MINIMA = 'Expected eta_min or eta_min_ratio, not both'

/** The minimum of a group whose value before any scheduler was `base`; and what the state dict says of it. */
export function readMinimum({ eta_min, eta_min_ratio }: Minimum): {
  minimumOf: (base: number) => number
  settings: { eta_min: number | null; eta_min_ratio: number | null }
} {
  if (typeof eta_min_ratio === 'number') {
    return { minimumOf: (base) => base * eta_min_ratio, settings: { eta_min: null, eta_min_ratio } }
  }
  const fixed = eta_min ?? 0
  return { minimumOf: () => fixed, settings: { eta_min: fixed, eta_min_ratio: null } }
}

/** A minimum above a small group's own rate would raise it (mmengine#1612): say so, with the name of the first such group. */
export function warnOfRise(
  optimWrapper: OptimWrapperContract,
  paramName: string,
  minimumOf: (base: number) => number,
  logger: Logger,
): void {
  if (paramName !== 'lr') return
  const rising = optimWrapper.paramGroups.filter((group) => {
    const base = numberOption(group, `initial_${paramName}`)
    return base < minimumOf(base)
  })
  const [first] = rising
  if (first === undefined) return
  logger.warning(
    `eta_min ${minimumOf(numberOption(first, `initial_${paramName}`))} is above the learning rate of ${rising.length} parameter groups ` +
      `(the first: ${first.params[0]?.name ?? 'base_param_settings'}), which will rise to it. eta_min_ratio gives each group its own minimum.`,
  )
}
