import { dirname, join } from 'node:path'
import ts from 'typescript'
import { packageSources } from '../docs/houseSources.js'
import { type TypeMap, TypePrinter } from './typePrinter.js'

const HEAD = `// Written by \`npm run types\`; the schemas of the components are the source. What a user may write for every component, worked out:
// a config that is checked against this needs neither the packages nor TensorFlow.js, which takes the compiler a third of the time.
`

/**
 * A declaration file with the configs of all components that the packages register.
 * @param root the repository
 */
export function componentTypes(root: string): string {
  const program = createProgram(root)
  const checker = program.getTypeChecker()
  const maps = typeMaps(program, checker, join(root, 'packages/core/src/registry/types.ts'))
  const names = interfaceNames(maps)
  const printer = new TypePrinter(checker, maps, (map, key) => names.get(`${map.name}.${key}`) ?? key)
  const interfaces = maps.flatMap((map) =>
    map.entries.map(({ key, type }) => `export interface ${names.get(`${map.name}.${key}`)} ${printer.body(type)}`),
  )
  const augmented = maps.map(
    ({ name, entries }) =>
      `interface ${name} {\n${entries.map(({ key }) => `${JSON.stringify(key)}: ${names.get(`${name}.${key}`)}`).join('\n')}\n}`,
  )
  const inner = [...printer.declared].map(([name, body]) => `interface ${name} ${body}`)
  const used = maps
    .map(({ name }) => name)
    .filter((name) => interfaces.concat(inner).some((text) => text.includes(`ComponentConfig<${name}>`)))
  return `${HEAD}import type { ${['ComponentConfig', ...used].sort().join(', ')} } from '@tessera/core'

${interfaces.join('\n\n')}

${inner.join('\n\n')}

declare module '@tessera/core' {
${augmented.join('\n')}
}
`
}

function createProgram(root: string): ts.Program {
  const configFile = join(root, 'tsconfig.base.json')
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(configFile))
  const roots = packageSources()
  return ts.createProgram(roots, { ...options, composite: false, noEmit: true })
}

/** The interfaces that components extend by declaration merging. */
function typeMaps(program: ts.Program, checker: ts.TypeChecker, file: string): TypeMap[] {
  const source = program.getSourceFile(file)
  if (source === undefined) throw new Error(`${file} is not in the program`)
  return source.statements.filter(ts.isInterfaceDeclaration).flatMap((declaration): TypeMap[] => {
    const { name } = declaration
    if (!name.text.endsWith('Types')) return []
    const type = checker.getTypeAtLocation(name)
    const entries = checker.getPropertiesOfType(type).map((property) => ({ key: property.name, type: checker.getTypeOfSymbol(property) }))
    return entries.length === 0 ? [] : [{ name: name.text, entries: entries.sort((a, b) => (a.key < b.key ? -1 : 1)) }]
  })
}

/** `AdamWConfig`; where two registries know a name, the later has its registry's in front. */
function interfaceNames(maps: readonly TypeMap[]): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const { name, entries } of maps) {
    for (const { key } of entries) {
      const plain = `${key.replaceAll(/\W/g, '_')}Config`
      const chosen = taken.has(plain) ? `${name.replace(/Types$/, '')}${plain}` : plain
      taken.add(chosen)
      names.set(`${name}.${key}`, chosen)
    }
  }
  return names
}
