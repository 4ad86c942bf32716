import { annotatePaths, type ComponentConfig, configPath, type DataPreprocessorTypes } from '@tessera/core'
import * as v from 'valibot'

type TypedConfig = ComponentConfig<DataPreprocessorTypes>
/** Recipes leave the type out and mean the usual one. */
type UntypedConfig = DataPreprocessorTypes extends { ClsDataPreprocessor: infer TConfig } ? Omit<TConfig, 'type'> : Record<never, never>

export type PreprocessorInput = TypedConfig | UntypedConfig | null | undefined

/** The `data_preprocessor` option of a model. Its options are checked when it is built. */
export const preprocessorSchema: v.OptionalSchema<
  v.CustomSchema<PreprocessorInput, v.ErrorMessage<v.CustomIssue> | undefined>,
  undefined
> = v.optional(
  v.custom<PreprocessorInput>(
    (value) => value === null || value === undefined || typeof value === 'object',
    'Expected the options of a data preprocessor',
  ),
)

/** The preprocessor's whole config: the usual type where none is given, and the model's batch augments. */
export function preprocessorConfig(config: PreprocessorInput, trainCfg: object | null | undefined, usual = 'ClsDataPreprocessor'): object {
  const given: object = config ?? {}
  const augments = trainCfg == null || !Object.hasOwn(trainCfg, 'augments') ? {} : { batch_augments: trainCfg }
  const complete = { type: usual, ...augments, ...given }
  const path = configPath(given)
  if (path !== undefined) annotatePaths(complete, path)
  return complete
}
