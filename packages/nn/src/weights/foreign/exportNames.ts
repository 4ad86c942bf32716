import { TesseraError } from '@tessera/core'
import type { WeightFile } from '../weightFile.js'
import { fitsTable, type NameRule, type NameTable, placeNames } from './nameTable.js'
import { TIMM_TABLES } from './timmTables.js'
import { translateNames } from './translateNames.js'

/** Follow from the model's size, or count batches: other libraries make their own. */
const DERIVED = /(^|\.)(num_batches_tracked|relative_position_index|attn_mask)$/

/**
 * A file under our names as timm names it: the table that takes every tensor is the right one.
 * @throws TesseraError UNSUPPORTED naming what no table takes
 */
export function exportNames(file: WeightFile): WeightFile {
  const entries = new Map([...file.entries].filter(([name]) => !DERIVED.test(name)))
  const names = [...entries.keys()]
  const tries = TIMM_TABLES.flatMap((table) => {
    const reversed = reverseTable(table)
    if (reversed === undefined) return []
    const { placed, unknown } = placeNames(names, reversed)
    const theirs = placed.map(({ targets }) => targets[0] ?? '')
    return [{ reversed, unknown, fits: fitsTable(theirs, table) }]
  })
  const found = tries.find(({ unknown, fits }) => fits && unknown.length === 0)
  if (found !== undefined)
    return translateNames(
      { ...file, entries, read: (name, room) => file.read(name, room), close: () => file.close() },
      found.reversed,
      new Set(),
    )
  const nearest = tries.filter(({ fits }) => fits).sort((a, b) => a.unknown.length - b.unknown.length)[0]
  throw new TesseraError('UNSUPPORTED', {
    what:
      nearest === undefined
        ? 'timm has no names that we know for this model'
        : `${nearest.reversed.title} has no names that we know for these tensors`,
    path: file.path,
    got: (nearest?.unknown ?? names).slice(0, 4),
    expected: 'ViT, BEiT, Swin, ConvNeXt or ResNet under our names',
  })
}

/** From ours to theirs; undefined for a table in which several of theirs make one of ours. */
function reverseTable({ title, rules }: NameTable): NameTable | undefined {
  const reversed: NameRule[] = []
  for (const { from, to, by } of rules) {
    if (typeof from !== 'string' || by === 'stack' || by === 'flatten') return undefined
    for (const target of [to].flat()) {
      const shifted = /\{(\w+)([+-]\d+)\}/.exec(target)
      const [whole = '', name = '', shift = ''] = shifted ?? []
      reversed.push({
        from: shifted === null ? target : target.replace(whole, `{${name}}`),
        to: shifted === null ? from : from.replace(`{${name}}`, `{${name}${Number(shift) < 0 ? '+' : '-'}${Math.abs(Number(shift))}}`),
        ...(by === 'patchMerging' && { by: 'patchSplitting' as const }),
      })
    }
  }
  return { title, signature: [], rules: reversed }
}
