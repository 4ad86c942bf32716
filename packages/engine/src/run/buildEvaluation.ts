import {
  annotatePaths,
  type Builder,
  configPath,
  type DataLoaderContract,
  EVALUATORS,
  METRICS,
  parseOptions,
  type RandomSource,
  suggest,
  TesseraError,
} from '@tessera/core'
import { BaseMetric } from '../evaluation/baseMetric.js'
import type { EvaluationSet } from '../evaluation/evaluationSet.js'
import { Evaluator } from '../evaluation/evaluator.js'
import { evaluatorDictSchema } from '../evaluation/evaluatorConfig.js'
import { buildLoader, loaderConfig, required } from './buildLoops.js'
import { type Config, own, section, sections, withKeys } from './configSections.js'

/** The name under which a `train_evaluator` reports. */
const TRAIN_SET = 'train'

/** What to evaluate on: one loader with its evaluator, or those of a `DataLoaderDict` by name; for validation the training set, too, by `train_evaluator`. */
export function buildEvaluationSets(config: Config, mode: 'val' | 'test', builder: Builder, random: RandomSource): EvaluationSet[] {
  const sets = setsOf(config, mode, builder, random)
  if (mode === 'val' && own(config, 'train_evaluator') != null) sets.push(trainSet(config, builder, random))
  return sets
}

function setsOf(config: Config, mode: 'val' | 'test', builder: Builder, random: RandomSource): EvaluationSet[] {
  const loaderKey = `${mode}_dataloader`
  const evaluatorKey = `${mode}_evaluator`
  const loader = required(config, loaderKey)
  const byName = evaluatorsByName(config, evaluatorKey)
  if (own(loader, 'type') !== 'DataLoaderDict') {
    if (byName !== undefined)
      throw new TesseraError('INVALID_CONFIG', {
        what: 'an EvaluatorDict needs a DataLoaderDict',
        path: evaluatorKey,
        got: `one loader in ${loaderKey}`,
        hint: `Name the data sets: ${loaderKey}: { type: 'DataLoaderDict', loaders: { … } }.`,
      })
    return [
      {
        name: undefined,
        loader: buildLoader(config, loaderKey, builder, random),
        evaluator: buildEvaluator(config, evaluatorKey, builder),
      },
    ]
  }
  const loaders = Object.entries(namedLoaders(loader, loaderKey))
  checkNames(
    byName,
    loaders.map(([name]) => name),
    evaluatorKey,
  )
  return loaders.map(([name, given]) => ({
    name,
    loader: builderLoader(given, builder, random.fork(loaderKey, name)),
    evaluator: buildEvaluator(
      byName === undefined ? config : { [name]: byName[name] },
      byName === undefined ? evaluatorKey : name,
      builder,
    ),
  }))
}

/** The training set as it is trained on but unshuffled: its pipeline, its augmentations of single images, not those of whole batches. */
function trainSet(config: Config, builder: Builder, random: RandomSource): EvaluationSet {
  const given = required(config, 'train_dataloader')
  const ordered = Object.hasOwn(given, 'sampler') ? withKeys(given, { sampler: { type: 'DefaultSampler', shuffle: false } }) : given
  const loader = builderLoader(loaderConfig(ordered), builder, random.fork('train_evaluator'))
  return { name: TRAIN_SET, loader, evaluator: buildEvaluator(config, 'train_evaluator', builder) }
}

/** One metric, a list, `{ metrics }`, `{ type: 'Evaluator', metrics }`, or an evaluator of the user's own. */
function buildEvaluator(config: Config, key: string, builder: Builder): Evaluator {
  const given = sections(config, key)
  const only = given.length === 1 ? given[0] : undefined
  const evaluator = only === undefined ? undefined : evaluatorConfig(only)
  if (evaluator === undefined)
    return new Evaluator(
      {},
      given.map((metric) => buildMetric(metric, key, builder)),
    )
  const metrics = sections(evaluator, 'metrics').map((metric) => buildMetric(metric, key, builder))
  const built = EVALUATORS.build(evaluator, builder, metrics)
  if (built instanceof Evaluator) return built
  throw new TesseraError('INVALID_CONFIG', {
    what: 'an evaluator extends Evaluator',
    path: configPath(evaluator) ?? key,
    got: built.constructor.name,
  })
}

/** The section of an evaluator; undefined for one of a metric. */
function evaluatorConfig(section: Config): Config | undefined {
  if (!Object.hasOwn(section, 'type')) return Object.hasOwn(section, 'metrics') ? withKeys(section, { type: 'Evaluator' }) : undefined
  const type = own(section, 'type')
  const isRegistered = typeof type === 'string' && EVALUATORS.has(type)
  return isRegistered || (typeof type === 'function' && type.prototype instanceof Evaluator) ? section : undefined
}

function buildMetric(config: Config, key: string, builder: Builder): BaseMetric {
  const built = METRICS.build(config, builder)
  if (built instanceof BaseMetric) return built
  throw new TesseraError('INVALID_CONFIG', {
    what: 'a metric extends BaseMetric',
    path: configPath(config) ?? key,
    got: built.constructor.name,
  })
}

function builderLoader(config: Config, builder: Builder, random: RandomSource): DataLoaderContract {
  return buildLoader({ loader: config }, 'loader', builder, random)
}

function evaluatorsByName(config: Config, key: string): Config | undefined {
  const given = Array.isArray(own(config, key)) ? undefined : section(config, key)
  if (given === undefined || own(given, 'type') !== 'EvaluatorDict') return undefined
  parseOptions(evaluatorDictSchema, given, { path: configPath(given) ?? key, type: 'EvaluatorDict' })
  return section(given, 'evaluators') ?? {}
}

function namedLoaders(loader: Config, key: string): Record<string, Config> {
  const path = configPath(loader) ?? key
  const named = section(loader, 'loaders')
  const wrong = Object.keys(loader).find((name) => name !== 'type' && name !== 'loaders')
  if (wrong !== undefined)
    throw new TesseraError('INVALID_OPTIONS', { what: `DataLoaderDict has no option '${wrong}'`, path, expected: 'loaders alone' })
  if (named === undefined || Object.keys(named).length === 0)
    throw new TesseraError('INVALID_OPTIONS', { what: 'a DataLoaderDict needs loaders by name', path: `${path}.loaders`, got: named })
  return Object.fromEntries(
    Object.keys(named).map((name) => {
      if (name.includes('/') || name === TRAIN_SET)
        throw new TesseraError('INVALID_OPTIONS', {
          what: 'not a name for a data set',
          path: `${path}.loaders`,
          got: name,
          expected: `no '/', and not '${TRAIN_SET}'`,
        })
      const one = section(named, name) ?? {}
      annotatePaths(one, `${path}.loaders.${name}`, { keep: true })
      return [name, loaderConfig(one)]
    }),
  )
}

function checkNames(evaluators: Config | undefined, loaders: readonly string[], key: string): void {
  if (evaluators === undefined) return
  const strange = Object.keys(evaluators).find((name) => !loaders.includes(name))
  const missing = loaders.find((name) => !Object.hasOwn(evaluators, name))
  if (strange === undefined && missing === undefined) return
  throw new TesseraError('INVALID_CONFIG', {
    what: strange === undefined ? 'a data set has no evaluator' : 'an evaluator has no data set of its name',
    path: `${key}.evaluators`,
    got: strange ?? missing,
    expected: `one for each of ${loaders.join(', ')}`,
    nearest: strange === undefined ? [] : suggest(strange, loaders),
  })
}
