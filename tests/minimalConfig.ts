import { type Entry, type JsonSchema, optionErrors, optionSchema, type Registry, ROOT_REGISTRIES } from '@tessera/core'

const EITHER_MINIMUM = { eta_min: 0 }

/** What a component needs that only its code knows of. */
const BY_HAND: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DefaultOptimWrapperConstructor: { optim_wrapper_cfg: { optimizer: { type: 'SGD', lr: 0.1 } } },
  LearningRateDecayOptimWrapperConstructor: { optim_wrapper_cfg: { optimizer: { type: 'SGD', lr: 0.1 } } },
  MultiOptimWrapperConstructor: { optim_wrapper_cfg: { backbone: { optimizer: { type: 'SGD', lr: 0.1 } } } },
  LeViT: { arch: '128s' },
  MobileOne: { arch: 's0' },
  PCPVT: { arch: 'small' },
  PyramidVig: { arch: 'tiny' },
  RegNet: { arch: 'regnetx_400mf' },
  RepLKNet: { arch: '31B' },
  RepVGG: { arch: 'A0' },
  SVT: { arch: 'small' },
  Vig: { arch: 'tiny' },
  DumpResults: { out_file_path: 'results.json' },
  CosineRestartLR: EITHER_MINIMUM,
  CosineRestartMomentum: EITHER_MINIMUM,
  CosineRestartParamScheduler: EITHER_MINIMUM,
}

/** The smallest config of a component that fits its schema: its type, and a value for each option that it needs. */
export function minimalConfig(registry: Registry, { name, module }: Entry): Record<string, unknown> {
  const { properties = {}, required = [] } = optionSchema(module.schema)
  const options = Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {})]))
  const section = { type: name, ...options, ...BY_HAND[name] }
  const problems = optionErrors(module.schema, section, { type: name })
  if (problems.length > 0) throw new Error(`no smallest config of ${registry.name} ${name}: ${problems.join('; ')}`)
  return section
}

/** A value that a JSON Schema allows. */
function sample(schema: JsonSchema): unknown {
  if (schema.$ref !== undefined) return someComponent(schema.$ref.replace('#/definitions/', ''))
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return sample(schema.anyOf[0] ?? {})
  switch (schema.type) {
    case 'array':
      return Array.isArray(schema.items)
        ? schema.items.map(sample)
        : Array.from({ length: Number(schema['minItems'] ?? 1) }, () => sample((schema.items ?? {}) as JsonSchema))
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((key) => [key, sample(schema.properties?.[key] ?? {})]))
    case 'boolean':
      return true
    case 'string':
      return 'text'
    default:
      return Number(schema['minimum'] ?? (schema['exclusiveMinimum'] === undefined ? 1 : Number(schema['exclusiveMinimum']) + 0.5))
  }
}

function someComponent(name: string): unknown {
  const registry = Object.entries<Registry>(ROOT_REGISTRIES).find(([key]) => key === name)?.[1]
  const first =
    registry === undefined
      ? undefined
      : [...registry.walk()].find(({ entry }) => optionErrors(entry.module.schema, { type: entry.name }, { type: entry.name }).length === 0)
  return { type: first?.entry.name ?? 'Missing' }
}
