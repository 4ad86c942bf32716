import { TesseraError } from '@tessera/core'

/** JSON that keeps NaN and the infinities (as `{"__number__": "NaN"}`), and classes by name. */
export function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return { __number__: String(item) }
    return typeof item === 'function' ? item.name : item
  })
}

/** @throws TesseraError CHECKPOINT_INVALID for a key that would reach into an object's prototype: no file of ours has one */
export function fromExactJson(text: string): unknown {
  return JSON.parse(text, (key, item: unknown) => {
    if (key === '__proto__')
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: "a checkpoint has no key '__proto__'",
        got: item,
        hint: 'Do not trust this file.',
      })
    if (typeof item === 'object' && item !== null && Object.hasOwn(item, '__number__')) return Number(Reflect.get(item, '__number__'))
    return item
  })
}
