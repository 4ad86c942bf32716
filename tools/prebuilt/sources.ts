import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What the house's packages are entered by: name of the package, file that it exports. */
export function packageEntries(root: string): ReadonlyMap<string, string> {
  const folders = [...readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name)), join(root, 'configs')]
  return new Map(
    folders.flatMap((folder): [string, string][] => {
      const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; exports: Exports }
      const entry = exports['.']
      return [[name, join(folder, typeof entry === 'string' ? entry : entry.default)]]
    }),
  )
}

interface Exports {
  readonly '.': string | { readonly default: string }
}

/** The built file of a package, without `.mjs`. */
export function fileNameOf(packageName: string): string {
  return packageName.replace(/^@/, '').replaceAll('/', '-')
}

const BUILDER = join(import.meta.dirname, 'build.ts')

/** Of all that the built files depend on: every byte of the packages' sources, how and with what they are built, where the house stands. */
export function sourceHash(root: string): string {
  const hash = createHash('sha256').update(`${root}\n`).update(readFileSync(BUILDER))
  for (const file of sourceFiles(root)) hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 32)
}

export interface SourceStamp {
  /** Of name, size and times of each of these files: the same as long as nobody has touched one. */
  readonly stamp: string
  /** When the last of them was touched, milliseconds since 1970. */
  readonly touched: number
}

/** Without a look into the files. A change that keeps a file's size and sets its time back still shows: in the time of its inode's last change. */
export function sourceStamp(root: string): SourceStamp {
  const hash = createHash('sha256').update(`${root}\n`)
  let touched = 0
  for (const file of [BUILDER, ...sourceFiles(root).map((name) => join(root, name))]) {
    const { size, ino, mtimeMs, ctimeMs } = statSync(file)
    hash.update(`${file} ${size} ${ino} ${mtimeMs} ${ctimeMs}\n`)
    touched = Math.max(touched, mtimeMs, ctimeMs)
  }
  return { stamp: hash.digest('hex').slice(0, 32), touched }
}

function sourceFiles(root: string): string[] {
  const files = [
    'package-lock.json',
    'node_modules/esbuild/package.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'configs/package.json',
    'configs/index.js',
  ]
  for (const name of readdirSync(join(root, 'packages'))) {
    files.push(`packages/${name}/package.json`)
    const inside = readdirSync(join(root, 'packages', name, 'src'), { recursive: true, withFileTypes: true })
    for (const entry of inside) {
      if (entry.isFile() && !entry.name.endsWith('.test.ts')) files.push(join(entry.parentPath, entry.name).slice(root.length + 1))
    }
  }
  return files.sort()
}
