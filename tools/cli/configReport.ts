import type { TesseraError } from '@tessera/core'

/** One component that a config asks for and that is not registered. */
interface MissingType {
  readonly type: string
  readonly nearest: readonly string[]
  /** Every place that asks for it. */
  readonly paths: readonly string[]
}

/** What `check_config` prints: each unknown component once, with the places that want it, then every other problem in a line. */
export function configReport(file: string, problems: readonly TesseraError[], asJson: boolean): string {
  const missing = missingTypes(problems)
  const others = problems.filter(({ code }) => code !== 'UNKNOWN_TYPE')
  if (asJson) {
    const errors = others.map(({ code, message, details }) => ({ code, path: details.path, message }))
    return `${JSON.stringify({ file, missing, errors }, null, 2)}\n`
  }
  if (problems.length === 0) return `${file}: every component is known, every option fits\n`
  const width = Math.max(...missing.map(({ type }) => type.length))
  const lines = [
    ...others.map(({ code, message }) => `${code}  ${message}`),
    ...(missing.length === 0 ? [] : [`Not registered here (${missing.length}):`]),
    ...missing.map(({ type, nearest, paths }) => {
      const near = nearest.length === 0 ? '' : `  (nearest: ${nearest.join(', ')})`
      const more = paths.length > 3 ? `, and ${paths.length - 3} more` : ''
      return `  ${type.padEnd(width)}  ${paths.slice(0, 3).join(', ')}${more}${near}`
    }),
  ]
  return `${file}: ${problems.length} problem${problems.length === 1 ? '' : 's'}\n${lines.join('\n')}\n`
}

function missingTypes(problems: readonly TesseraError[]): MissingType[] {
  const byType = new Map<string, { nearest: readonly string[]; paths: string[] }>()
  for (const { code, details } of problems) {
    if (code !== 'UNKNOWN_TYPE') continue
    const type = String(details.got)
    const known = byType.get(type) ?? { nearest: details.nearest ?? [], paths: [] }
    known.paths.push(details.path ?? '')
    byType.set(type, known)
  }
  return [...byType].map(([type, { nearest, paths }]) => ({ type, nearest, paths }))
}
