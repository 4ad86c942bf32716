import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { suggest, TesseraError } from '@tessera/core'
import * as v from 'valibot'

const resultSchema = v.object({
  dataset: v.nullish(v.string()),
  task: v.nullish(v.string()),
  /** As published, mostly percent. */
  metrics: v.record(v.string(), v.nullable(v.union([v.number(), v.string()]))),
})

const entrySchema = v.object({
  /** MMPreTrain's name of the model. */
  name: v.string(),
  /** The algorithm it belongs to. */
  collection: v.string(),
  paper: v.optional(v.string()),
  /** Its recipe in MMPreTrain. */
  config: v.string(),
  /** Where MMPreTrain publishes its weights; nothing is fetched from there. */
  weights: v.optional(v.string()),
  flops: v.optional(v.number()),
  parameters: v.optional(v.number()),
  results: v.array(resultSchema),
  /** The model section of the recipe. */
  model: v.looseObject({ type: v.string() }),
})

export type ZooEntry = v.InferOutput<typeof entrySchema>

let entries: ReadonlyMap<string, ZooEntry> | undefined

/** MMPreTrain's index of models, by name: 500 classifiers and self-supervised models. It ships inside the package. */
export function zooIndex(): ReadonlyMap<string, ZooEntry> {
  entries ??= readIndex()
  return entries
}

/** @throws TesseraError UNKNOWN_TYPE with the nearest names */
export function zooEntry(name: string): ZooEntry {
  const entry = zooIndex().get(name)
  if (entry !== undefined) return entry
  throw new TesseraError('UNKNOWN_TYPE', {
    what: 'the zoo has no such model',
    got: name,
    nearest: suggest(name, zooIndex().keys()),
    hint: "listModels('*vit*') shows what there is.",
  })
}

function readIndex(): ReadonlyMap<string, ZooEntry> {
  const file = fileURLToPath(new URL('../../data/zoo.json.gz', import.meta.url))
  const parsed: unknown = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))
  return new Map(v.parse(v.array(entrySchema), parsed).map((entry) => [entry.name, entry]))
}
