import {
  type ConfigOf,
  componentConfig,
  componentConfigs,
  HOOKS,
  inject,
  MODELS,
  type ModelTypes,
  RANDOM,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type TransformTypes,
} from '@tessera/core'
import * as v from 'valibot'
import type { CheckpointContent } from '../checkpoint/checkpointContent.js'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const recipeSchema = v.strictObject({
  /** Epoch, from 1, that begins with this recipe. */
  action_epoch: v.pipe(v.number(), v.integer(), v.minValue(1)),
  train_pipeline: v.optional(componentConfigs<TransformTypes>(TRANSFORMS)),
  /** The same under the name that MMPreTrain's MobileOne recipes give it, where its hook switches nothing and says nothing. */
  pipeline: v.optional(componentConfigs<TransformTypes>(TRANSFORMS)),
  /** Null: none. */
  batch_augments: v.optional(v.nullable(v.looseObject({}))),
  loss: v.optional(componentConfig<ModelTypes>(MODELS)),
})

const schema = v.strictObject({
  /** What changes at which epoch. */
  schedule: v.array(recipeSchema),
})
type Recipe = v.InferOutput<typeof recipeSchema>

export interface SwitchRecipeHookConfig extends ConfigOf<'SwitchRecipeHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    SwitchRecipeHook: SwitchRecipeHookConfig
  }
}

/** Changes the train pipeline, the batch augments and the loss at given epochs (MMPreTrain's SwitchRecipeHook); a resumed run catches up. */
@HOOKS.registerModule()
export class SwitchRecipeHook extends Hook {
  static readonly schema = schema
  private readonly schedule: readonly Recipe[]
  private done = 0

  constructor(
    { schedule }: v.InferOutput<typeof schema>,
    @inject(RANDOM) private readonly random: RandomSource,
  ) {
    super()
    this.schedule = [...schedule].sort((a, b) => a.action_epoch - b.action_epoch)
    const twice = this.schedule.find(({ action_epoch }, index) => action_epoch === this.schedule[index + 1]?.action_epoch)
    if (twice !== undefined)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'two recipes begin at one epoch',
        path: 'SwitchRecipeHook.schedule',
        got: twice.action_epoch,
      })
  }

  /** Before the weights are taken over: a loss may have state of its own in the checkpoint. */
  override afterLoadCheckpoint(run: RunState, { meta }: CheckpointContent): void {
    this.catchUp(run, meta.batch > 0 ? meta.epoch + 1 : meta.epoch, 'as it was before')
  }

  override beforeTrainEpoch(run: RunState): void {
    this.catchUp(run, run.progress.epoch + 1, `at epoch ${run.progress.epoch + 1}`)
  }

  private catchUp(run: RunState, epoch: number, when: string): void {
    for (let next = this.schedule[this.done]; next !== undefined && next.action_epoch <= epoch; next = this.schedule[this.done]) {
      this.done++
      this.apply(run, next, when)
    }
  }

  private apply(run: RunState, recipe: Recipe, when: string): void {
    if (recipe.batch_augments !== undefined) {
      run.model.dataPreprocessor.setBatchAugments(recipe.batch_augments)
      run.logger.info(`Switch batch augments ${when}.`)
    }
    const pipeline = recipe.train_pipeline ?? recipe.pipeline
    if (pipeline !== undefined) {
      setPipeline(run.loaders.train?.dataset, pipeline)
      run.logger.info(`Switch train pipeline ${when}.`)
    }
    if (recipe.loss !== undefined) {
      run.model.setLoss(recipe.loss)
      run.model.nameState()
      for (const [name, tensor] of run.model.namedState())
        if (!tensor.isMaterialized) tensor.initialize(this.random.fork('switched loss', recipe.action_epoch, name))
      run.logger.info(`Switch loss ${when}.`)
    }
  }
}

/** Of a data set, or of those that it wraps. */
function setPipeline(dataset: unknown, pipeline: readonly object[]): void {
  if (typeof dataset === 'object' && dataset !== null) {
    if ('setPipeline' in dataset && typeof dataset.setPipeline === 'function') {
      dataset.setPipeline(pipeline)
      return
    }
    const wrapped =
      'datasets' in dataset && Array.isArray(dataset.datasets) ? dataset.datasets : 'dataset' in dataset ? [dataset.dataset] : []
    if (wrapped.length > 0) {
      for (const inner of wrapped) setPipeline(inner, pipeline)
      return
    }
  }
  throw new TesseraError('UNSUPPORTED', {
    what: 'the pipeline of this data set cannot be replaced',
    path: 'train_dataloader.dataset',
    got: dataset?.constructor.name,
  })
}
