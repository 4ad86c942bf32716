import { join } from 'node:path'
import type { FindDocs } from '@tessera/core'
import { commonOption } from './commonOptions.js'
import { exampleSources, packageSources, ROOT } from './houseSources.js'
import { SourceDocs } from './sourceDocs.js'

/**
 * The docs of every component whose source is in this repository: the packages and the examples' plugins.
 * An option without a comment of its own has that of its name, where the name means the same everywhere.
 */
export function houseDocs(): FindDocs {
  const docs = new SourceDocs([...packageSources(), ...exampleSources()], join(ROOT, 'tsconfig.base.json'))
  return (module) => {
    const found = docs.of(module.name)
    if (found === undefined) return undefined
    return { summary: found.summary, options: { ...commonOptionDocs(module.schema), ...found.options } }
  }
}

function commonOptionDocs(schema: object | undefined): Record<string, string> {
  const entries: unknown = schema === undefined ? undefined : Reflect.get(schema, 'entries')
  const names = typeof entries === 'object' && entries !== null ? Object.keys(entries) : []
  const docs: Record<string, string> = {}
  for (const name of names) {
    const doc = commonOption(name)
    if (doc !== undefined) docs[name] = doc
  }
  return docs
}
