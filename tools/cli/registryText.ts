import { type ComponentListing, show } from '@tessera/core'

/** Registered components as text: a line each by registry, or with all their options. */
export function registryText(components: readonly ComponentListing[], { withOptions }: { withOptions: boolean }): string {
  const registries = [...new Set(components.map(({ registry }) => registry))]
  return registries
    .map((registry) => {
      const own = components.filter((component) => component.registry === registry)
      const width = Math.max(...own.map(({ type }) => type.length))
      const lines = own.map((component) =>
        withOptions ? withItsOptions(component) : `  ${component.type.padEnd(width)}  ${firstSentence(component.doc)}`.trimEnd(),
      )
      return `${registry} (${own.length})\n${lines.join('\n')}\n`
    })
    .join('\n')
}

function withItsOptions({ type, class: className, doc, options }: ComponentListing): string {
  const head = `  ${type}${className === undefined ? '' : ` (class ${className})`}${doc === undefined ? '' : `: ${doc}`}`
  const width = Math.max(...options.map(({ name }) => name.length))
  const lines = options.map((option) => {
    const value = option.required ? 'required' : option.default === undefined ? '' : `= ${show(option.default, 60)}`
    return `    ${[`${option.name.padEnd(width)}  ${option.type}`, value, option.doc === undefined ? '' : `· ${option.doc}`].filter((part) => part !== '').join('  ')}`
  })
  return [head, ...lines].join('\n')
}

/** Up to the first full stop that ends a sentence, and not much of it. */
function firstSentence(text = ''): string {
  const sentence = /^.*?(?<! al| e\.g| i\.e| vs)\.(?=\s+[A-Z`(]|$)/.exec(text)?.[0] ?? text
  return sentence.length > 120 ? `${sentence.slice(0, 119)}…` : sentence
}
