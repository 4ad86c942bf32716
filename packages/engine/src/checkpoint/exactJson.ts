/** JSON that keeps NaN and the infinities (as `{"__number__": "NaN"}`), and classes by name. */
export function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return { __number__: String(item) }
    return typeof item === 'function' ? item.name : item
  })
}

export function fromExactJson(text: string): unknown {
  return JSON.parse(text, (_, item: unknown) => {
    if (typeof item === 'object' && item !== null && Object.hasOwn(item, '__number__')) return Number(Reflect.get(item, '__number__'))
    return item
  })
}
