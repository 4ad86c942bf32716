import { createHash } from 'node:crypto'
import { TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { fromExactJson, toExactJson } from './exactJson.js'

/** The file that makes a folder a checkpoint. It is written last: a folder without it is a save that did not finish. */
export const MANIFEST = 'trainer.json'
const FORMAT_VERSION = 1
const BLANK = '0'.repeat(64)

const record = v.record(v.string(), v.unknown())
// A metric may be NaN, which valibot's number refuses.
const scalar = v.custom<number>((value) => typeof value === 'number')
const schema = v.object({
  format: v.literal('tessera-checkpoint'),
  version: v.number(),
  files: v.record(v.string(), v.object({ bytes: v.number(), sha256: v.string() })),
  meta: v.looseObject({
    epoch: v.number(),
    iter: v.number(),
    batch: v.number(),
    epoch_length: v.number(),
    by_epoch: v.boolean(),
    seed: v.number(),
    run_id: v.optional(v.string(), ''),
    experiment_name: v.string(),
    saved_at: v.number(),
    versions: v.record(v.string(), v.string()),
    git: v.optional(v.nullable(v.object({ commit: v.string(), dirty: v.boolean() })), null),
    dataset_meta: v.optional(v.unknown()),
    config: v.optional(v.unknown()),
  }),
  ema: v.optional(v.object({ steps: v.number() })),
  optimizer: v.optional(record),
  param_schedulers: v.optional(v.array(record)),
  message_hub: v.object({
    scalars: v.record(v.string(), v.object({ values: v.array(scalar), counts: v.array(scalar) })),
    info: record,
  }),
})

export type Manifest = v.InferOutput<typeof schema>
export type ManifestBody = Omit<Manifest, 'format' | 'version' | 'files'>

/** The manifest's text: one line a part, its own hash first. @param files what else is in the folder */
export function manifestText(body: ManifestBody, files: Manifest['files']): string {
  const parts = Object.entries({ format: 'tessera-checkpoint', version: FORMAT_VERSION, files, ...body }).filter(
    ([, value]) => value !== undefined,
  )
  const lines = parts.map(([key, value]) => ` ${JSON.stringify(key)}: ${toExactJson(value)}`)
  const blank = `{\n "sha256": "${BLANK}",\n${lines.join(',\n')}\n}\n`
  return blank.replace(BLANK, sha256(blank))
}

export function describeFile(bytes: Uint8Array): { bytes: number; sha256: string } {
  return { bytes: bytes.byteLength, sha256: sha256(bytes) }
}

/** @throws TesseraError CHECKPOINT_INVALID naming `file` when one bit of it has changed */
export function parseManifest(text: string, file: string): Manifest {
  const claimed = /^\{\n "sha256": "([0-9a-f]{64})",\n/.exec(text)?.[1]
  const damaged = (what: string): TesseraError =>
    new TesseraError('CHECKPOINT_INVALID', { what, path: file, hint: 'The checkpoint is damaged; resume from another one.' })
  if (claimed === undefined) throw damaged('this is not the manifest of a checkpoint')
  if (sha256(text.replace(claimed, BLANK)) !== claimed) throw damaged('the file has changed since it was saved (its SHA-256 differs)')
  const result = v.safeParse(schema, fromExactJson(text))
  if (!result.success) throw damaged(`${v.getDotPath(result.issues[0]) ?? ''}: ${result.issues[0].message}`)
  if (result.output.version > FORMAT_VERSION) {
    throw new TesseraError('CHECKPOINT_INVALID', {
      what: 'a newer Tessera saved this checkpoint',
      path: file,
      got: result.output.version,
      expected: `format version ${FORMAT_VERSION} or older`,
    })
  }
  return result.output
}

/** @throws TesseraError CHECKPOINT_INVALID naming the file whose bytes are not those that were saved */
export function verifyFile(bytes: Uint8Array, expected: { bytes: number; sha256: string }, file: string): void {
  const got = describeFile(bytes)
  if (got.bytes === expected.bytes && got.sha256 === expected.sha256) return
  throw new TesseraError('CHECKPOINT_INVALID', {
    what:
      got.bytes === expected.bytes
        ? 'the file has changed since it was saved (its SHA-256 differs)'
        : 'the file has another size than it was saved with',
    path: file,
    got: got.bytes === expected.bytes ? got.sha256.slice(0, 12) : `${got.bytes} bytes`,
    expected: got.bytes === expected.bytes ? expected.sha256.slice(0, 12) : `${expected.bytes} bytes`,
    hint: 'The checkpoint is damaged; resume from another one.',
  })
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
