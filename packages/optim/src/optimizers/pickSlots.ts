import type { tf } from '@tessera/runtime'
import type { Slots } from './optimizer.js'

/** The slots that a rule works with, by the names that its optimizer gave. */
export function pickSlots<TName extends string>(slots: Slots, ...names: readonly TName[]): Record<TName, tf.Tensor> {
  const picked = names.map((name) => {
    const slot = slots[name]
    if (slot === undefined) throw new TypeError(`the optimizer keeps no slot '${name}'`)
    return [name, slot] as const
  })
  // fromEntries forgets the names.
  return Object.fromEntries(picked) as Record<TName, tf.Tensor>
}
