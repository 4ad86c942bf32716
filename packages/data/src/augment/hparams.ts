import { annotatePaths, type Builder, type ComponentConfig, configPath, TRANSFORMS, type TransformTypes } from '@tessera/core'
import * as v from 'valibot'
import { Pipeline } from '../datasets/pipeline.js'

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

/** A pipeline of policies with their `hparams`; `more` are options that each of them gets besides. Errors name the place of the policy. */
export function policyPipeline(
  policies: readonly ComponentConfig<TransformTypes>[],
  hparams: v.InferOutput<typeof hparamsSchema>,
  builder: Builder,
  more: (policy: ComponentConfig<TransformTypes>) => object = () => ({}),
): Pipeline {
  const configs = policies.map((own) => {
    const config = withHparams({ ...own, ...more(own) }, hparams)
    annotatePaths(config, configPath(own))
    return config
  })
  return new Pipeline(configs, builder)
}
