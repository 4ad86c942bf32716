import { join } from 'node:path'
import * as v from 'valibot'
import { baseDatasetEntries } from './baseDataset.js'

/** What a data set takes that other libraries would download. */
export const archiveEntries = {
  ...baseDatasetEntries,
  /** The folder that holds the data set's own files, or that its archive was unpacked in. */
  data_root: v.optional(v.string(), ''),
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ root }`. */
  data_prefix: v.optional(v.union([v.string(), v.strictObject({ root: v.string() })]), ''),
  /** Accepted for recipes' sake: nothing is downloaded here. */
  download: v.optional(v.boolean(), true),
}

const schema = v.object(archiveEntries)

export function archiveFolder({ data_root: root, data_prefix: prefix }: v.InferOutput<typeof schema>): string {
  return join(root, typeof prefix === 'string' ? prefix : prefix.root)
}
