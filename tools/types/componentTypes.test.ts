import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import ts from 'typescript'
import { packageSources, ROOT } from '../docs/houseSources.js'

/** Both ways for every component: what is written out is what its schema says. */
function comparison(generated: string): string {
  const maps = [...generated.matchAll(/^ {2}interface (\w+Types) \{\n([^}]*)\}/gm)]
  const lines = maps.flatMap(([, map = '', body = '']) =>
    [...body.matchAll(/^ {4}(\S+): (\w+)$/gm)].map(([, key = '', name]) => {
      const source = `${map}[${key.startsWith('"') || key.startsWith("'") ? key : `'${key}'`}]`
      return `export const ${map}_${name}: Same<Written.${name}, ${source}> = true`
    }),
  )
  const names = maps.map(([, map]) => map).join(', ')
  return `import type { ${names} } from '@tessera/core'
import type * as Written from './written.js'
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : 'the schema takes more') : 'the schema takes less'
${lines.join('\n')}
`
}

test('what is written out takes what the schemas take, for every component', () => {
  const generated = readFileSync(join(ROOT, 'configs/components.d.ts'), 'utf8')
  const [interfaces = ''] = generated.split("declare module '@tessera/core'")
  const virtual = new Map([
    [join(ROOT, 'virtual/written.ts'), interfaces],
    [join(ROOT, 'virtual/compare.ts'), comparison(generated)],
  ])
  const configFile = join(ROOT, 'tsconfig.base.json')
  const { options } = ts.convertCompilerOptionsFromJson(
    ts.readConfigFile(configFile, ts.sys.readFile).config.compilerOptions,
    dirname(configFile),
  )
  const checked: ts.CompilerOptions = { ...options, composite: false, noEmit: true }
  const host = ts.createCompilerHost(checked)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (file) => virtual.has(file) || fileExists(file)
  host.directoryExists = (folder) => folder === join(ROOT, 'virtual') || ts.sys.directoryExists(folder)
  host.readFile = (file) => virtual.get(file) ?? readFile(file)
  host.getSourceFile = (file, ...rest) => {
    const text = virtual.get(file)
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022)
  }
  const program = ts.createProgram([...virtual.keys(), ...packageSources()], checked, host)
  const errors = [...virtual.keys()].flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file)))
  expect(
    errors.map(({ messageText, file, start }) => [
      file?.text.slice(start).split(':', 1)[0],
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    ]),
  ).toEqual([])
  expect((virtual.get(join(ROOT, 'virtual/compare.ts')) ?? '').split('\n').length).toBeGreaterThan(200)
})
