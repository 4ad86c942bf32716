import type { tf } from '@tessera/runtime'

/** The slots that a rule works with, by the names that its optimizer gave. */
export function pickSlots<TTensor extends tf.Tensor, TName extends string>(
  slots: Readonly<Record<string, TTensor>>,
  ...names: readonly TName[]
): Record<TName, TTensor> {
  const picked = names.map((name) => {
    const slot = slots[name]
    if (slot === undefined) throw new TypeError(`the optimizer keeps no slot '${name}'`)
    return [name, slot] as const
  })
  // fromEntries forgets the names.
  return Object.fromEntries(picked) as Record<TName, TTensor>
}
