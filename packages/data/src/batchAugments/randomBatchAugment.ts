import {
  BATCH_AUGMENTS,
  type BatchAugmentTypes,
  type Builder,
  type ComponentConfig,
  componentConfig,
  componentConfigs,
  type RandomSource,
  TesseraError,
} from '@tessera/core'
import * as v from 'valibot'
import { probability } from '../augment/magnitude.js'
import { type BatchAugment, type ImageSize, type Mixing, UNMIXED } from './mixing.js'

/** `batch_augments` of a preprocessor, or `train_cfg` of a classifier (MMPreTrain's RandomBatchAugment). */
export const batchAugmentsSchema = v.strictObject({
  augments: v.union([componentConfigs<BatchAugmentTypes>(BATCH_AUGMENTS), componentConfig<BatchAugmentTypes>(BATCH_AUGMENTS)]),
  /** Of each augment; what is left to 1 changes nothing. Default: one of them, evenly. */
  probs: v.nullish(v.union([probability, v.array(probability)])),
})

/** One of several batch augments a step, or none. */
export class RandomBatchAugment implements BatchAugment {
  readonly pastes: boolean
  private readonly augments: readonly BatchAugment[]
  private readonly probs: readonly number[]

  constructor(options: v.InferOutput<typeof batchAugmentsSchema>, builder: Builder) {
    const configs: readonly ComponentConfig<BatchAugmentTypes>[] = Array.isArray(options.augments) ? options.augments : [options.augments]
    this.augments = configs.map((config) => buildAugment(config, builder))
    this.probs = options.probs == null ? configs.map(() => 1 / configs.length) : [options.probs].flat()
    this.pastes = this.augments.some((augment) => augment.pastes)
    const total = this.probs.reduce((a, b) => a + b, 0)
    if (this.probs.length === configs.length && total <= 1 + 1e-9) return
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'batch augments have a probability each, together at most 1',
      path: 'batch_augments.probs',
      got: this.probs,
      expected: `${configs.length} numbers that add up to at most 1`,
    })
  }

  draw(size: ImageSize, random: RandomSource): Mixing {
    let rest = random.uniform()
    for (const [index, augment] of this.augments.entries()) {
      rest -= this.probs[index] ?? 0
      if (rest < 0) return augment.draw(size, random)
    }
    return UNMIXED
  }
}

function buildAugment(config: object, builder: Builder): BatchAugment {
  const built = builder.build(BATCH_AUGMENTS, config)
  if (isBatchAugment(built)) return built
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'a batch augment draws how images are mixed',
    path: 'batch_augments.augments',
    got: built.constructor.name,
    expected: 'a class with draw(size, random)',
  })
}

function isBatchAugment(value: object): value is BatchAugment {
  return 'draw' in value && typeof value.draw === 'function' && 'pastes' in value
}
