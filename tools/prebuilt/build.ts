import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { fileNameOf } from './sources.js'

/** Writes the packages as a few JavaScript files into `folder`, one `name.mjs` for each entry and what they share. */
export async function buildPackages(root: string, entries: ReadonlyMap<string, string>, folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...entries].map(([name, file]) => [fileNameOf(name), file])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Classes are registered by their names.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    tsconfig: 'tsconfig.json',
    logLevel: 'silent',
    plugins: [ownPackagesOnly(entries)],
  })
}

/** Of many small files, and only core imports it. */
const INSIDE = /^(inversify|@inversifyjs\/.+|reflect-metadata)(\/|$)/

/** Everybody else's packages stay where they are, and a source file still knows its own place. */
function ownPackagesOnly(entries: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'own packages only',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        const entry = entries.get(path)
        if (entry !== undefined) return { path: entry }
        return kind === 'entry-point' || INSIDE.test(path) ? undefined : { path, external: true, sideEffects: true }
      })
      onLoad({ filter: /[\\/](packages|configs)[\\/][^\0]*\.[jt]s$/ }, ({ path }) => {
        if (path.includes('node_modules')) return undefined
        const source = readFileSync(path, 'utf8')
        const contents = source
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.filename', JSON.stringify(path))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
      })
    },
  }
}
