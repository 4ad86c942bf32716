import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'

const ROOT = path.join(import.meta.dirname, '../..')
const FOLDER = path.join(ROOT, 'node_modules/.cache/tessera-faults')

/** One place of the source that a mutant has otherwise. */
export interface Mutation {
  /** From the repository's root. */
  readonly file: string
  readonly change: (source: string) => string
}

export interface BundleOptions {
  readonly name: string
  /** Everything in one file, for a start in half the time and from anywhere; false where packages must be shared with native ones. */
  readonly standalone?: boolean
  readonly mutation?: Mutation
}

/** Bundles a program of the campaign. @returns the file */
export async function bundleProgram(entry: string, { name, standalone = true, mutation }: BundleOptions): Promise<string> {
  mkdirSync(FOLDER, { recursive: true })
  const outfile = path.join(FOLDER, `${name}.mjs`)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    logLevel: 'error',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true } },
    // CommonJS packages ask for Node's own modules by `require`.
    ...(standalone && {
      banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    }),
    plugins: [...(mutation === undefined ? [] : [mutated(mutation)]), standalone ? nothingNative() : packagesOutside()],
  })
  return outfile
}

function packagesOutside(): Plugin {
  return {
    name: 'packages-outside',
    setup: (context) =>
      context.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
        kind === 'entry-point' || name.startsWith('@tessera/') ? undefined : { path: name, external: true },
      ),
  }
}

/** Anything of it is itself again; as a text it is empty, so that reports get by without their pictures. */
const ABSENT = `
const absent = new Proxy(() => absent, {
  get: (_, key) => (key === 'then' ? undefined : key === Symbol.toPrimitive ? () => '' : key === 'toJSON' ? () => null : absent),
})
module.exports = absent
`

/** The programs decode no image and run on the backend of plain JavaScript: what is native is left out. */
function nothingNative(): Plugin {
  return {
    name: 'nothing-native',
    setup(context) {
      context.onResolve({ filter: /^(?:sharp|@tensorflow\/tfjs-(?:node|backend-wasm).*)$/ }, () => ({
        path: 'absent',
        namespace: 'absent',
      }))
      context.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
        contents: ABSENT,
        loader: 'js',
      }))
    },
  }
}

function mutated({ file, change }: Mutation): Plugin {
  const place = path.join(ROOT, file)
  return {
    name: 'mutated',
    setup: (context) =>
      context.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => {
        if (loaded !== place) return undefined
        const source = readFileSync(place, 'utf8')
        const contents = change(source)
        if (contents === source) throw new Error(`${file}: the mutation changes nothing`)
        return { contents, loader: 'ts' }
      }),
  }
}
