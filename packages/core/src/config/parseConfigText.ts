import { parseDocument, visit } from 'yaml'
import { show, TesseraError } from '../errors.js'
import { duplicateJsonKey, quotePlaceholders } from './jsonText.js'
import { maskPlaceholders } from './yamlText.js'

/** The text formats that are data; the others are programs. */
export type DataFormat = 'json' | 'yaml'

/** The largest recipe known has 60 kB. Beyond this a file is no config, and reading it would cost more than saying so. */
const MAX_CHARACTERS = 2_000_000

/**
 * JSON or YAML text as values; nothing in it is executed. Stricter than the formats: a key given twice and a YAML tag that is not
 * known here are errors, and aliases are limited. MMEngine's `{{ … }}` placeholders come back as strings, also where they stood bare.
 * @throws TesseraError CONFIG_SYNTAX with the line
 */
export function parseConfigText(text: string, format: DataFormat, file: string): unknown {
  if (text.length > MAX_CHARACTERS) {
    throw new TesseraError('CONFIG_SYNTAX', {
      what: 'this is too long to be a config',
      path: file,
      got: text.length,
      expected: `at most ${MAX_CHARACTERS} characters`,
    })
  }
  const bare = text.replace(/^\uFEFF/, '')
  return format === 'json' ? parseJson(bare, file) : parseYaml(bare, file)
}

function parseJson(text: string, file: string): unknown {
  const quoted = quotePlaceholders(text)
  const value = parseJsonText(quoted, file)
  const twice = duplicateJsonKey(quoted)
  if (twice !== undefined) throw syntaxError(file, lineAt(quoted, twice.position), `the key '${twice.key}' stands twice`, undefined)
  return value
}

function parseJsonText(text: string, file: string): unknown {
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
  const { masked, unmask } = maskPlaceholders(text)
  try {
    const document = parseDocument(masked, { merge: true, logLevel: 'error' })
    const problem = document.errors[0] ?? document.warnings[0]
    if (problem !== undefined) throw syntaxError(file, problem.linePos?.[0].line, unmask(problem.message), problem)
    if (masked !== text) {
      visit(document, {
        Scalar(_, node) {
          if (typeof node.value === 'string') node.value = unmask(node.value, node.type === 'PLAIN')
        },
      })
    }
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof TesseraError) throw error
    const message = error instanceof RangeError ? 'nested too deeply' : error instanceof Error ? error.message : String(error)
    throw syntaxError(file, undefined, message, error)
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

/** The line, from 1, that a position in a text stands in. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
