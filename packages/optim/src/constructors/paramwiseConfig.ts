import * as v from 'valibot'

const mult = v.nullish(v.pipe(v.number(), v.finite('Expected a finite number')))

/** What a custom key sets: `lr_mult`, `decay_mult`, or any option of a parameter group. */
const customEntry = v.pipe(
  v.looseObject({ lr_mult: mult, decay_mult: mult }),
  v.check((settings) => !Object.hasOwn(settings, 'params'), "Expected no 'params': the key chooses them"),
)

/** `paramwise_cfg` of DefaultOptimWrapperConstructor, under MMEngine's names. */
export const defaultParamwiseEntries = {
  /** By a part of the parameter's name, or a regular expression between slashes; the longest key that fits decides alone. */
  custom_keys: v.nullish(v.record(v.string(), customEntry, 'Expected an object: { part of a name: settings }')),
  /** Of biases outside normalization layers. */
  bias_lr_mult: mult,
  bias_decay_mult: mult,
  /** Of weights and biases of normalization layers. */
  norm_decay_mult: mult,
  dwconv_decay_mult: mult,
  /** Of parameters with one dimension. */
  flat_decay_mult: mult,
  dcn_offset_lr_mult: mult,
  /** Skip a parameter that an earlier module shares, instead of an error. */
  bypass_duplicate: v.nullish(v.boolean()),
  /** Beyond MMEngine: all custom keys and rules that fit count together, instead of the first custom key alone (mmengine#846). */
  combine_rules: v.nullish(v.boolean()),
  /** Beyond MMEngine: parameters not to train, by parts of their names or regular expressions between slashes. */
  frozen: v.nullish(v.array(v.string())),
  /** Beyond MMEngine: no weight decay for parameters of which the model says so (`noWeightDecay()`, timm's `no_weight_decay`). */
  model_no_weight_decay: v.nullish(v.boolean()),
  /** A slip for `_delete_` in some of MMPreTrain's recipes. */
  _delete: v.nullish(v.boolean()),
}

/**
 * The schema of a `paramwise_cfg`: strict, and undefined when it is missing, null or empty, which all mean "one group of all parameters".
 * So a default among `entries` never turns an empty config into one group a parameter.
 */
export function paramwiseConfig<TEntries extends v.ObjectEntries>(entries: TEntries) {
  const full = v.strictObject(entries)
  const empty = v.pipe(
    v.strictObject({}),
    v.transform(() => undefined),
  )
  const chosen = v.lazy<typeof full | typeof empty>((input) => (isEmpty(input) ? empty : full))
  // `wrapped` shows where the known keys stand, so that an error about an unknown one can name the nearest.
  const schema = Object.assign(chosen, { wrapped: full })
  return v.optional(v.nullable(schema))
}

function isEmpty(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.keys(input).length === 0
}

const defaultParamwise = v.strictObject(defaultParamwiseEntries)
export type DefaultParamwise = v.InferOutput<typeof defaultParamwise>
export type CustomSettings = v.InferOutput<typeof customEntry>
