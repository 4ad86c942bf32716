import type { LoadReport, ShapeChange } from '../module/stateDict.js'

const LISTED = 12

export interface WeightsReport extends LoadReport {
  readonly path: string
  readonly format: string
  /** Entries of the file that are no tensors or cannot be read, with the reason. */
  readonly refused: ReadonlyMap<string, string>
  /** Python classes and functions that the file mentions; they stayed inert. */
  readonly globals: readonly string[]
  /** All of it, readable. */
  readonly text: string
}

/** What was loaded and what was not, a line each kind; one line when everything fits. */
export function describeLoad(report: Omit<WeightsReport, 'text'>): string {
  const { loaded, missing, unexpected, mismatched, resized, refused, globals } = report
  const total = loaded.length + missing.length + mismatched.length
  return [
    `${report.path} (${report.format}): ${loaded.length} of ${total} tensors loaded`,
    list('other shape, not loaded', mismatched.map(changeText)),
    list('missing in the file, as initialised', groupNames(missing)),
    list('unexpected in the file, not used', groupNames(unexpected)),
    list('resized', resized.map(changeText)),
    list(
      'no readable tensor',
      [...refused].map(([name, reason]) => `${name} (${reason})`),
    ),
    list('Python objects, left inert', globals),
  ]
    .filter(Boolean)
    .join('\n')
}

function changeText({ name, from, to }: ShapeChange): string {
  return `${name} [${from.join(', ')}] → [${to.join(', ')}]`
}

/** `head.fc.{weight, bias}`: a module's tensors in one entry. */
export function groupNames(names: readonly string[]): string[] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const dot = name.lastIndexOf('.')
    const parent = name.slice(0, dot + 1)
    groups.set(parent, [...(groups.get(parent) ?? []), name.slice(dot + 1)])
  }
  return [...groups].map(([parent, leaves]) => (leaves.length === 1 ? `${parent}${leaves[0]}` : `${parent}{${leaves.join(', ')}}`))
}

function list(title: string, entries: readonly string[]): string {
  if (entries.length === 0) return ''
  const more = entries.length > LISTED ? `, and ${entries.length - LISTED} more` : ''
  return `  ${title}: ${entries.slice(0, LISTED).join(', ')}${more}`
}
