import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import * as v from 'valibot'

const entrySchema = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((entry) => typeof entry['step'] === 'number', 'a line of the log has a step'),
)

/** One line of a JSON log: numbers by name, with `step`, and `epoch` in training by epochs. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly step: number }

export interface JsonLog {
  readonly file: string
  readonly train: readonly LogLine[]
  readonly val: readonly LogLine[]
}

/**
 * Reads the JSON lines of a run, ours or MMEngine's; a line with a learning rate is training, as MMPreTrain tells them apart.
 * @param place a log file, a run's folder, or a work dir (whose newest run it is)
 * @throws TesseraError DATA_INVALID naming file and line; the last line may be cut off, as that of a run that goes on
 */
export function readJsonLog(place: string): JsonLog {
  const file = logFileOf(place)
  const lines = readFileSync(file, 'utf8').split('\n')
  const train: LogLine[] = []
  const val: LogLine[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const entry = v.safeParse(entrySchema, parsed(line))
    if (!entry.success) {
      if (index === lines.length - 1) break
      throw new TesseraError('DATA_INVALID', { what: 'not a line of a JSON log', path: `${file}:${index + 1}`, got: line.slice(0, 80) })
    }
    const known = { ...entry.output, step: Number(entry.output['step']) }
    if (Object.hasOwn(known, 'lr')) train.push(known)
    else val.push(known)
  }
  return { file, train, val }
}

/** The names that a log has numbers for. */
export function keysOf(lines: readonly LogLine[]): string[] {
  const numbers = lines.flatMap((line) =>
    Object.entries(line).flatMap(([key, value]) => (typeof value === 'number' || value === null ? [key] : [])),
  )
  return [...new Set(numbers)].filter((key) => !['step', 'epoch', 'iter'].includes(key))
}

function logFileOf(place: string): string {
  if (!existsSync(place)) throw new TesseraError('INVALID_ARGUMENT', { what: 'there is no such log or work dir', path: place })
  if (!statSync(place).isDirectory()) return place
  const below = (folder: string) => path.join(folder, 'vis_data', 'scalars.json')
  const runs = readdirSync(place).filter((name) => /^\d{8}_\d{6}$/.test(name) && existsSync(below(path.join(place, name))))
  const newest = runs.sort().at(-1)
  const found = [below(place), ...(newest === undefined ? [] : [below(path.join(place, newest))])].find((file) => existsSync(file))
  if (found === undefined)
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'no run has logged anything here',
      path: place,
      expected: 'vis_data/scalars.json below it',
    })
  return found
}

function parsed(line: string): unknown {
  try {
    // Python writes what JSON has no word for.
    return JSON.parse(line.replace(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, '$1null'))
  } catch {
    return undefined
  }
}
