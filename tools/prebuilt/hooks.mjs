// Module hooks, which Node runs in a thread of their own: the house's packages are the built files.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** @type {{ urls: Readonly<Record<string, string>>, folder: string }} */
let built = { urls: {}, folder: 'none' }

/** @param {typeof built} data */
export function initialize(data) {
  built = data
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  const url = Object.hasOwn(built.urls, specifier) ? built.urls[specifier] : besides(specifier, context.parentURL)
  return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true }
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith(built.folder)) return next(url, context)
  return { format: 'module', source: await readFile(fileURLToPath(url)), shortCircuit: true }
}

/** One built file names another. @param {string} specifier @param {string | undefined} parent */
function besides(specifier, parent) {
  return parent?.startsWith(built.folder) && specifier.startsWith('./') ? new URL(specifier, parent).href : undefined
}
