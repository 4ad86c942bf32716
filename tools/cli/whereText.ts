import { type Setting, show, suggest } from '@tessera/core'

/** What `print_config --where` prints: each source that set the key, the one that holds last. */
export function whereText(key: string, settings: readonly Setting[], config: object): string {
  const last = settings.at(-1)
  if (last === undefined || last.value === undefined) {
    const near = suggest(key, paths(config, ''))
    const taken = last === undefined ? 'no file and no override sets it' : `${last.source} takes it away`
    return `${key}: ${taken}; the default of its component holds${near.length === 0 ? '' : `. Did you mean '${near.join("' or '")}'?`}\n`
  }
  const lines = settings.map(({ source, value }, index) => {
    const mark = index === settings.length - 1 ? '→' : ' '
    return `${mark} ${value === undefined ? 'taken away' : show(value, 100)}  ${source}`
  })
  return `${key}\n${lines.join('\n')}\n`
}

/** Every dotted key of a config. */
function paths(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => {
    const own = path === '' ? key : `${path}.${key}`
    return [own, ...paths(child, own)]
  })
}
