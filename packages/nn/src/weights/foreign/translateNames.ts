import { TesseraError } from '@tessera/core'
import type { WeightEntry, WeightFile } from '../weightFile.js'
import { type Combination, combine, combinedShape } from './combine.js'
import { HUGGING_FACE_TABLES } from './huggingFaceTables.js'
import { fitsTable, type NameTable, placeNames } from './nameTable.js'
import { TIMM_TABLES } from './timmTables.js'

/** Every table, in the order in which they are tried. */
export const NAME_TABLES: readonly NameTable[] = [...TIMM_TABLES, ...HUGGING_FACE_TABLES]

/** The table that a file's names belong to; undefined for our own and for strange ones. */
export function recognizeNames(names: readonly string[]): NameTable | undefined {
  return NAME_TABLES.find((table) => fitsTable(names, table))
}

/**
 * A file of another library under our names. Tensors are combined when they are read.
 * @param wanted the model's names, which decide where the table leaves a choice
 * @throws TesseraError CHECKPOINT_INVALID for parts that do not go together
 */
export function translateNames(file: WeightFile, table: NameTable, wanted: ReadonlySet<string>): WeightFile {
  const { placed, unknown } = placeNames([...file.entries.keys()], table)
  const entries = new Map<string, WeightEntry>()
  const origin = new Map<string, { sources: readonly string[]; by: Combination | undefined }>()
  const put = (name: string, sources: readonly string[], by: Combination | undefined): void => {
    const parts = sources.flatMap((source) => file.entries.get(source) ?? [])
    const shapes = parts.map(({ shape }) => shape)
    const shape = by === undefined ? shapes[0] : combinedShape(shapes, by)
    if (shape === undefined || parts[0] === undefined || entries.has(name))
      throw new TesseraError('CHECKPOINT_INVALID', {
        what: `tensors that should become '${name}' (${table.title}) do not go together`,
        path: `${file.path}: ${sources.join(', ')}`,
        got: shapes,
      })
    entries.set(name, { dtype: parts[0].dtype, shape })
    origin.set(name, { sources, by })
  }
  for (const { targets, sources, by } of placed) put(targets.find((target) => wanted.has(target)) ?? targets[0] ?? '', sources, by)
  for (const name of unknown) put(name, [name], undefined)
  return {
    ...file,
    format: `${file.format}, names of ${table.title}`,
    entries,
    read(name, room) {
      const { sources, by } = origin.get(name) ?? { sources: [name], by: undefined }
      const [only = name] = sources
      if (by === undefined) return file.read(only, room)
      return combine(
        sources.map((source) => file.read(source)),
        by,
        `${file.path}: ${name}`,
      )
    },
    close: () => file.close(),
  }
}
