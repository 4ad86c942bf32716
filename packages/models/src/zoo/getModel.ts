import {
  type Builder,
  type ConfigDict,
  type Logger,
  loadConfig,
  MODELS,
  mergeConfig,
  RunContainer,
  SILENT_LOGGER,
  TesseraError,
} from '@tessera/core'
import { BaseModel, buildModule, loadWeights } from '@tessera/nn'
import { RandomStream } from '@tessera/runtime'
import { type FindWeightsOptions, findWeights } from './findWeights.js'
import { missingTypes } from './listModels.js'
import { type ZooEntry, zooEntry, zooIndex } from './zooIndex.js'

export interface GetModelOptions extends FindWeightsOptions {
  /** true: the zoo's weights; else a file, a folder, or `hf://owner/name`. Default: freshly drawn. */
  readonly pretrained?: boolean | string
  /** Merged over the model's config: `{ head: { num_classes: 10 } }`. What then has another shape starts fresh. */
  readonly model?: ConfigDict
  /** Of the drawn weights. Default 0. */
  readonly seed?: number
  readonly logger?: Logger
  /** Default: a container of its own, with every registered component. */
  readonly builder?: Builder
}

/**
 * A model with its weights, in evaluation mode.
 * @param model a name of the zoo (`listModels` shows them), a config file (ours or MMPreTrain's), a run's config or a model's
 * @throws TesseraError UNKNOWN_TYPE, INVALID_CONFIG, CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID
 */
export async function getModel(model: string | ConfigDict, options: GetModelOptions = {}): Promise<BaseModel> {
  const { config, entry } = await modelConfig(model)
  const merged = options.model === undefined ? config : (mergeConfig(config, options.model) as ConfigDict)
  const { pretrained = false, logger = SILENT_LOGGER } = options
  // Found before anything is built: a model of a gigabyte is not drawn for nothing.
  const weights = pretrained === false ? undefined : await findWeights(pretrained, entry, options)
  const built = buildModule(options.builder ?? new RunContainer(), MODELS, merged, BaseModel)
  try {
    built.initWeights(new RandomStream(options.seed ?? 0), { pretrained: weights === undefined })
    if (weights !== undefined) {
      const { text, missing, mismatched } = loadWeights(built, weights, { need: options.model === undefined ? 'complete' : 'any' })
      if (missing.length + mismatched.length > 0) logger.warning(text)
      else logger.info(text)
    }
  } catch (error) {
    built.dispose()
    throw error
  }
  return built.eval()
}

/** A model from a config and a checkpoint: `getModel` with the arguments of MMPreTrain's `init_model`. */
export function initModel(config: string | ConfigDict, checkpoint?: string, options: GetModelOptions = {}): Promise<BaseModel> {
  return getModel(config, { ...options, ...(checkpoint !== undefined && { pretrained: checkpoint }) })
}

async function modelConfig(model: string | ConfigDict): Promise<{ config: ConfigDict; entry?: ZooEntry }> {
  if (typeof model !== 'string') return { config: sectionOf(model, 'the config') }
  if (!zooIndex().has(model) && /\.(ts|mts|js|mjs|py|json|ya?ml)$/.test(model)) {
    return { config: sectionOf((await loadConfig(model)).config as ConfigDict, model) }
  }
  const entry = zooEntry(model)
  const missing = missingTypes(entry)
  if (missing.length > 0) {
    throw new TesseraError('UNSUPPORTED', { what: `parts of this model are not offered: ${missing.join(', ')}`, path: entry.name })
  }
  return { config: entry.model as ConfigDict, entry }
}

/** The model of a run's config; or the model's own, known by its type. */
function sectionOf(config: ConfigDict, place: string): ConfigDict {
  const model = Object.hasOwn(config, 'model') ? config['model'] : config
  if (typeof model === 'object' && model !== null && Object.hasOwn(model, 'type')) return model as ConfigDict
  throw new TesseraError('INVALID_CONFIG', {
    what: 'there is no model in it',
    path: place,
    expected: '{ type, … } or { model: { type, … } }',
  })
}
