import type { TesseraError } from '@tessera/core'

/** What is wrong with one config of many. */
export interface CheckedConfig {
  readonly file: string
  /** Why it does not load; then nothing else is known of it. */
  readonly refused?: TesseraError
  readonly problems: readonly TesseraError[]
}

/** One thing that some configs want. */
interface Want {
  readonly what: string
  readonly files: readonly string[]
  /** How many of them want nothing else. */
  readonly alone: number
}

export interface ConfigSummary {
  readonly configs: number
  /** Configs of which every component is known and every option fits. */
  readonly passed: readonly string[]
  readonly refused: readonly { readonly file: string; readonly message: string }[]
  /** Types that are not registered, those that most configs want first. */
  readonly missing: readonly Want[]
  /** Options that do not fit, without their places. */
  readonly options: readonly Want[]
}

/** Puts together what many configs lack: each thing once, with how many want it, and how many want nothing else. */
export function summarizeConfigs(checked: readonly CheckedConfig[]): ConfigSummary {
  const loaded = checked.filter(({ refused }) => refused === undefined)
  return {
    configs: checked.length,
    passed: loaded.filter(({ problems }) => problems.length === 0).map(({ file }) => file),
    refused: checked.flatMap(({ file, refused }) => (refused === undefined ? [] : [{ file, message: refused.message }])),
    missing: wants(loaded, true),
    options: wants(loaded, false),
  }
}

function wants(checked: readonly CheckedConfig[], areTypes: boolean): Want[] {
  const byWhat = new Map<string, { what: string; files: string[]; alone: number }>()
  for (const { file, problems } of checked) {
    const all = new Set(problems.map(wantOf))
    for (const what of new Set(problems.filter(({ code }) => (code === 'UNKNOWN_TYPE') === areTypes).map(wantOf))) {
      const want = byWhat.get(what) ?? { what, files: [], alone: 0 }
      want.files.push(file)
      if (all.size === 1) want.alone++
      byWhat.set(what, want)
    }
  }
  return [...byWhat.values()].sort((a, b) => b.files.length - a.files.length || a.what.localeCompare(b.what))
}

/** The type, or what is said of an option, without the place: that is another in every config. */
function wantOf({ code, message, details }: TesseraError): string {
  if (code === 'UNKNOWN_TYPE') return String(details.got)
  const place = details.path === undefined ? '' : `${details.path}: `
  return message.startsWith(place) ? message.slice(place.length) : message
}

/** What `check_config` prints for several configs. */
export function summaryText({ configs, passed, refused, missing, options }: ConfigSummary): string {
  const lines = [
    `${passed.length} of ${configs} configs: every component is known, every option fits`,
    ...section('Do not load', refused, ({ file, message }) => `  ${file}\n    ${message.split('\n')[0] ?? ''}`),
    ...section('Not registered here, by how many configs want it', missing, wantLine),
    ...section('Options that do not fit, by how many configs have them', options, wantLine),
  ]
  return `${lines.join('\n')}\n`
}

function section<T>(title: string, items: readonly T[], line: (item: T) => string): string[] {
  return items.length === 0 ? [] : ['', `${title} (${items.length}):`, ...items.map(line)]
}

function wantLine({ what, files, alone }: Want): string {
  const only = alone === 0 ? '' : `  (${alone} want nothing else)`
  const short = what.length > MAX_WIDTH ? `${what.slice(0, MAX_WIDTH - 1)}…` : what
  return `${String(files.length).padStart(5)}  ${short}${only}  ${files[0] ?? ''}`
}

/** All options of a component are too much for one line; JSON has them. */
const MAX_WIDTH = 100
