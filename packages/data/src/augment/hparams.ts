import { type ComponentConfig, TRANSFORMS, type TransformTypes } from '@tessera/core'
import * as v from 'valibot'

/** Options for many augmentations at once. */
export const hparamsSchema = v.optional(v.record(v.string(), v.unknown()), { pad_val: 128 })

/** A policy with those of `hparams` that its transform takes and that it does not set itself. */
export function withHparams(
  policy: ComponentConfig<TransformTypes>,
  hparams: v.InferOutput<typeof hparamsSchema>,
): ComponentConfig<TransformTypes> {
  const { type } = policy
  const schema = typeof type === 'string' ? TRANSFORMS.schemaOf(TRANSFORMS.resolve(type)) : undefined
  const entries = schema !== undefined && 'entries' in schema ? Object.keys(schema.entries as object) : []
  const taken = Object.entries(hparams).filter(([key]) => entries.includes(key) && !Object.hasOwn(policy, key))
  return { ...policy, ...Object.fromEntries(taken) }
}
