import { parseDocument } from 'yaml'
import { show, TesseraError } from '../errors.js'

/**
 * JSON or YAML text as values; nothing in it is executed. Stricter than the formats: a YAML tag that is not known here is an
 * error and no string, aliases are limited, and MMEngine's `{{ … }}` placeholders are refused rather than taken literally.
 */
export function parseConfigText(text: string, format: 'json' | 'yaml', file: string): unknown {
  const placeholder = /\{\{\s*(?:_base_|'?\$|fileDirname|fileBasename|fileExtname)[^}]*\}\}/.exec(text)
  if (placeholder !== null) {
    throw new TesseraError('UNSUPPORTED', {
      what: 'placeholders are not filled in',
      path: `${file}:${lineAt(text, placeholder.index)}`,
      got: placeholder[0],
      hint: 'In a TypeScript config, an imported base or process.env does the same.',
    })
  }
  return format === 'json' ? parseJson(text.replace(/^\uFEFF/, ''), file) : parseYaml(text, file)
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const position = /position (\d+)/.exec(message)?.[1]
    // Without a position, the text ended too early.
    throw syntaxError(file, lineAt(text, position === undefined ? text.length : Number(position)), message, error)
  }
}

function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { merge: true, logLevel: 'error' })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) throw syntaxError(file, problem.linePos?.[0].line, problem.message, problem)
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw syntaxError(file, undefined, error instanceof Error ? error.message : String(error), error)
  }
}

function syntaxError(file: string, line: number | undefined, message: string, cause: unknown): TesseraError {
  const reason = (message.split('\n')[0] ?? '').replace(/:$/, '')
  return new TesseraError('CONFIG_SYNTAX', {
    what: `the config cannot be parsed: ${show(reason, 200).slice(1, -1)}`,
    path: line === undefined ? file : `${file}:${line}`,
    cause,
  })
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
