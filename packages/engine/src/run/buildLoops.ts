import { type Builder, DATA_LOADERS, type DataLoaderContract, LOOPS, type RandomSource, TesseraError, trainLoopType } from '@tessera/core'
import type { EvaluationLoop, EvaluationLoopParts, TrainLoop, TrainLoopParts } from '../loops/loop.js'
import { type Config, flag, own, section, withKeys } from './configSections.js'

/** The loader of a section. Its random stream is forked by the section's name: validation never changes what training draws. */
export function buildLoader(config: Config, key: string, builder: Builder, random: RandomSource): DataLoaderContract {
  return DATA_LOADERS.build(loaderConfig(required(config, key)), builder, { random: random.fork(key) })
}

/** With its type, which is `DataLoader` unless given. */
export function loaderConfig(loader: Config): Config {
  return Object.hasOwn(loader, 'type') ? loader : withKeys(loader, { type: 'DataLoader' })
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
  return withKeys(trainCfg, { by_epoch: undefined, type: trainLoopType(trainCfg) })
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

export function required(config: Config, key: string): Config {
  const found = section(config, key)
  if (found === undefined) throw new TesseraError('INVALID_CONFIG', { what: 'the config lacks a section that this needs', path: key })
  return found
}

function asLoop(built: object, path: string): { run(): Promise<unknown> } {
  if ('run' in built && typeof built.run === 'function') return built as { run(): Promise<unknown> }
  throw new TesseraError('INVALID_CONFIG', { what: 'a loop has a method run()', path, got: built.constructor.name })
}
