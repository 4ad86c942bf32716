import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PageFile {
  readonly type: string
  readonly body: Buffer
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The page's files by their address, all read now: a request chooses among them and names no path. */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  const page = fileURLToPath(new URL('../../page/', import.meta.url))
  const uplot = path.dirname(createRequire(import.meta.url).resolve('uplot/package.json'))
  const files = readdirSync(page)
    .filter((name) => path.extname(name) in TYPES)
    .map((name): [string, string] => [name === 'index.html' ? '/' : `/${name}`, path.join(page, name)])
  files.push(['/uplot.js', path.join(uplot, 'dist', 'uPlot.esm.js')], ['/uplot.css', path.join(uplot, 'dist', 'uPlot.min.css')])
  return new Map(files.map(([address, file]) => [address, { type: TYPES[path.extname(file)] ?? '', body: readFileSync(file) }]))
}
