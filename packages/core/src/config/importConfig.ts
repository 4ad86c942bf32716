import { pathToFileURL } from 'node:url'
import { TesseraError } from '../errors.js'

/**
 * The default export of a config module, called if it is a function. Native import() in this process, so that the config
 * and the tool share one core, and with it the registries.
 */
export async function importConfig(file: string): Promise<unknown> {
  try {
    const module: object = await import(pathToFileURL(file).href)
    const exported: unknown = Object.hasOwn(module, 'default') ? Reflect.get(module, 'default') : undefined
    return typeof exported === 'function' ? await exported() : exported
  } catch (error) {
    throw loadFailure(file, error)
  }
}

/** A module that throws or cannot be parsed, with the line where the error's stack or message tells it. */
function loadFailure(file: string, error: unknown): unknown {
  if (error instanceof TesseraError) return error
  const { code, message, stack } = parts(error)
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new TesseraError('UNSUPPORTED', {
      what: 'this Node does not run TypeScript by itself',
      path: file,
      hint: 'Start the tool with `npx tsx tools/…`, or give a .js, .json or .yaml config.',
      cause: error,
    })
  }
  const line = lineOf(file, `${message}\n${stack}`)
  return new TesseraError('CONFIG_SYNTAX', {
    what: `the config cannot be loaded: ${firstLine(message)}`,
    path: line === undefined ? file : `${file}:${line}`,
    cause: error,
  })
}

/** Errors can come from another realm, or be anything that was thrown; only their text is used. */
function parts(error: unknown): { code: unknown; message: string; stack: string } {
  if (typeof error !== 'object' || error === null || !('message' in error)) return { code: undefined, message: String(error), stack: '' }
  return {
    code: 'code' in error ? error.code : undefined,
    message: String(error.message),
    stack: 'stack' in error ? String(error.stack) : '',
  }
}

/** `/a/b.ts:3` or `file:///a/b.ts:3` as Node and esbuild write it; swc draws a frame headed `,-[/a/b.ts:3:1]`. */
export function lineOf(file: string, text: string): string | undefined {
  const places = [file, pathToFileURL(file).href].map((place) => place.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`(?:${places.join('|')})(?:\\?[^:\\s]*)?:(\\d+)`).exec(text)?.[1]
}

/** What went wrong, in one line: esbuild heads its errors with "Transform failed", swc draws a frame below one. */
export function firstLine(message: string): string {
  const lines = message.split('\n').filter((line) => line.trim() !== '')
  const fromEsbuild = lines.map((line) => /: ERROR: (.+)/.exec(line)?.[1]).find((reason) => reason !== undefined)
  return fromEsbuild ?? lines[0]?.trim() ?? 'what it throws has no message'
}
