import { type Builder, DATA_LOADERS, type DataLoaderContract, LOOPS, METRICS, type RandomSource, TesseraError } from '@tessera/core'
import { BaseMetric } from '../evaluation/baseMetric.js'
import { Evaluator } from '../evaluation/evaluator.js'
import type { EvaluationLoop, EvaluationLoopParts, TrainLoop, TrainLoopParts } from '../loops/loop.js'
import { type Config, flag, own, section, sections, withKeys } from './configSections.js'

/** The loader of a mode. Its random stream is forked by name: validation never changes what training draws. */
export function buildLoader(config: Config, mode: 'train' | 'val' | 'test', builder: Builder, random: RandomSource): DataLoaderContract {
  const key = `${mode}_dataloader`
  const loader = required(config, key)
  return DATA_LOADERS.build(Object.hasOwn(loader, 'type') ? loader : withKeys(loader, { type: 'DataLoader' }), builder, {
    random: random.fork(key),
  })
}

/** `by_epoch` or `type` says which loop. @throws TesseraError INVALID_CONFIG when both do */
export function trainLoopConfig(trainCfg: Config): Config {
  const byEpoch = flag(trainCfg, 'by_epoch')
  const type = own(trainCfg, 'type')
  if (type !== undefined && byEpoch !== undefined) {
    throw new TesseraError('INVALID_CONFIG', {
      what: "either 'type' or 'by_epoch' says which loop it is, not both",
      path: 'train_cfg',
      got: { type, by_epoch: byEpoch },
    })
  }
  if (type !== undefined) return trainCfg
  return withKeys(trainCfg, {
    by_epoch: undefined,
    type: (byEpoch ?? !Object.hasOwn(trainCfg, 'max_iters')) ? 'EpochBasedTrainLoop' : 'IterBasedTrainLoop',
  })
}

export function buildTrainLoop(config: Config, builder: Builder, parts: TrainLoopParts): TrainLoop {
  return asLoop(LOOPS.build(trainLoopConfig(required(config, 'train_cfg')), builder, parts), 'train_cfg') as TrainLoop
}

export function buildEvaluationLoop(config: Config, mode: 'val' | 'test', builder: Builder, parts: EvaluationLoopParts): EvaluationLoop {
  const key = `${mode}_cfg`
  const given = required(config, key)
  const typed = Object.hasOwn(given, 'type') ? given : withKeys(given, { type: mode === 'val' ? 'ValLoop' : 'TestLoop' })
  return asLoop(LOOPS.build(typed, builder, parts), key) as EvaluationLoop
}

/** One metric, a list, or `{ type: 'Evaluator', metrics }`. */
export function buildEvaluator(config: Config, mode: 'val' | 'test', builder: Builder): Evaluator {
  const key = `${mode}_evaluator`
  const given = sections(config, key)
  const only = given.length === 1 ? given[0] : undefined
  const metrics =
    only !== undefined && (own(only, 'type') === 'Evaluator' || (!Object.hasOwn(only, 'type') && Object.hasOwn(only, 'metrics')))
      ? sections(only, 'metrics')
      : given
  return new Evaluator(
    metrics.map((metric) => {
      const built = METRICS.build(metric, builder)
      if (built instanceof BaseMetric) return built
      throw new TesseraError('INVALID_CONFIG', { what: 'a metric extends BaseMetric', path: key, got: built.constructor.name })
    }),
  )
}

export function required(config: Config, key: string): Config {
  const found = section(config, key)
  if (found === undefined) throw new TesseraError('INVALID_CONFIG', { what: 'the config lacks a section that this needs', path: key })
  return found
}

function asLoop(built: object, path: string): { run(): Promise<unknown> } {
  if ('run' in built && typeof built.run === 'function') return built as { run(): Promise<unknown> }
  throw new TesseraError('INVALID_CONFIG', { what: 'a loop has a method run()', path, got: built.constructor.name })
}
