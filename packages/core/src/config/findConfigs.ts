import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { CONFIG_FORMATS } from './readConfigFile.js'

/** Files in config formats that are something else: a package's own, declarations, entries of a folder of modules, tests. */
const NO_CONFIG =
  /^(package(-lock)?\.json|tsconfig.*\.json|(metafile|model-index)\.ya?ml|index\.\w+|__init__\.py|.*\.d\.m?ts|.*\.(test|spec)\.\w+)$/

/** Every config in a folder and the folders below it, sorted; what stands in `node_modules` or hidden folders is not looked at. */
export function findConfigs(folder: string): string[] {
  const found = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : findConfigs(path)
    return isConfigName(path) ? [path] : []
  })
  return found.sort()
}

function isConfigName(path: string): boolean {
  return CONFIG_FORMATS.includes(extname(path)) && !NO_CONFIG.test(basename(path))
}
