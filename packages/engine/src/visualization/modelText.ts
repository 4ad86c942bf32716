import type { Module } from '@tessera/nn'

/** The modules of a model as a Markdown table: name, class, parameters of its own and below. */
export function modelText(model: Module): string {
  const rows = [...model.namedModules()].map(([name, module]) => {
    const parameters = new Set(module.parameters())
    let count = 0
    for (const { shape } of parameters) count += shape.reduce((product, size) => product * size, 1)
    return `| ${name === '' ? '(model)' : `\`${name}\``} | ${module.constructor.name} | ${count.toLocaleString('en')} |`
  })
  return ['| module | class | parameters |', '| --- | --- | ---: |', ...rows].join('\n')
}
