/** Every code a Tessera error can carry, with what it means. Tools print the code; tests match on it. */
export const ERROR_CODES = {
  UNKNOWN_TYPE: 'a `type` names no registered component',
  MISSING_TYPE: 'a config that must name its component has no `type`',
  DUPLICATE_TYPE: 'another class is registered under this name',
  INVALID_REGISTRATION: 'what was handed to registerModule cannot be registered',
  INVALID_OPTIONS: 'options do not fit the schema of their component',
  INVALID_CONFIG: 'the config as a whole is not valid',
  CONFIG_NOT_FOUND: 'a config file does not exist',
  CONFIG_SYNTAX: 'a config file cannot be parsed or throws while it loads',
  CONFIG_CYCLE: '_base_ files lead back to themselves',
  CONFIG_MERGE: 'a base and its child cannot be merged',
  INVALID_OVERRIDE: 'a --cfg-options entry cannot be applied',
  MISSING_SERVICE: 'the run container does not provide a requested service',
  INVALID_ARGUMENT: 'a function was called with a value it cannot take',
  INVALID_USAGE: 'a command line that cannot be run',
  BACKEND_UNAVAILABLE: 'the requested TensorFlow.js backend cannot be used here',
  NO_RANDOM_SCOPE: 'a random op ran outside a step',
  NOT_RECORDABLE: 'a step does what a compiled step cannot do',
  COMPILED_STEP: 'a compiled step could not be loaded or run',
  SHAPE_MISMATCH: 'a tensor has another shape than expected',
  DUPLICATE_NAME: 'a parameter, buffer or module name is taken',
  STATE_DICT_MISMATCH: 'a state dict does not fit the module',
  NO_LAYER_DEPTH: 'the model does not say how deep its layers are',
  UNSUPPORTED: 'a feature that does not exist here',
  DATA_NOT_FOUND: 'a data set or one of its files does not exist',
  DATA_INVALID: 'a data set, image or annotation cannot be used',
  CHECKPOINT_NOT_FOUND: 'a checkpoint does not exist',
  CHECKPOINT_INVALID: 'a checkpoint is damaged or belongs to another model',
  WORK_DIR: 'the work directory cannot be used',
  NOT_FINITE: 'a loss or gradient is NaN or infinite',
  HOOK_FAILED: 'a hook threw',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export interface ErrorDetails {
  /** One clause that says what is wrong, without the details below. */
  what: string
  /** Config path (`model.backbone.arch`), file or parameter name. */
  path?: string | undefined
  got?: unknown
  expected?: unknown
  /** Known names that are close to what was given, best first. */
  nearest?: readonly string[] | undefined
  /** What to do about it. */
  hint?: string | undefined
  /** The place in the file, drawn below the message: the line, and a caret under the construct. */
  frame?: string | undefined
  cause?: unknown
}

/** The one error type that users see: a code, a place, what was got, what was expected, the nearest known name. */
export class TesseraError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'TesseraError'
    this.code = code
    this.details = details
  }
}

/** One line (and below it the frame, if there is one): `model.backbone.arch: unknown architecture; got 'bb', expected one of …. Did you mean 'b'?` */
function describe(details: ErrorDetails): string {
  const facts: string[] = []
  if ('got' in details) facts.push(`got ${show(details.got)}`)
  if (details.expected !== undefined)
    facts.push(`expected ${typeof details.expected === 'string' ? details.expected : show(details.expected)}`)
  let text = details.path === undefined || details.path === '' ? details.what : `${details.path}: ${details.what}`
  if (facts.length > 0) text += `; ${facts.join(', ')}`
  if (details.nearest !== undefined && details.nearest.length > 0) {
    text += `. Did you mean ${details.nearest.map((name) => `'${name}'`).join(' or ')}?`
  }
  if (details.hint !== undefined) text += `${/[.?!]$/.test(text) ? '' : '.'} ${details.hint}`
  return details.frame === undefined ? text : `${text}\n${details.frame}`
}

/** A short, safe rendering of any value for a message. */
export function show(value: unknown, limit = 120): string {
  const text = render(value)
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}

function render(value: unknown): string {
  // Messages are one line, whatever a file held.
  if (typeof value === 'string') return `'${value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, escapeCharacter)}'`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (value === null || typeof value !== 'object') return String(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}

function escapeCharacter(character: string): string {
  return character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
