import {
  type Builder,
  componentConfig,
  type DataSample,
  type HasLayerDepth,
  hasLayerDepth,
  type LayerDepth,
  MODELS,
  type ModelTypes,
  TesseraError,
} from '@tessera/core'
import {
  BaseDataPreprocessor,
  BaseModel,
  buildInitRules,
  buildModule,
  initCfgSchema,
  Module,
  optionPath,
  type TensorBatch,
} from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseBackbone } from '../backbones/baseBackbone.js'
import { preprocessorConfig, preprocessorSchema } from '../classifiers/preprocessorConfig.js'

/** Options of every self-supervised algorithm. */
export const selfSupervisorEntries = {
  backbone: componentConfig<ModelTypes>(MODELS),
  neck: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** What compares the features, and has the loss. */
  head: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** What the features are compared with, where that is not the image itself. */
  target_generator: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained: v.nullish(v.string()),
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor: preprocessorSchema,
  init_cfg: initCfgSchema,
}

const schema = v.object(selfSupervisorEntries)
export type SelfSupervisorOptions = v.InferOutput<typeof schema>

type Kind<T> = abstract new (...args: never[]) => T

/** A model that trains a backbone without labels (MMPreTrain's BaseSelfSupervisor). It has a loss and features, and predicts nothing. */
export abstract class BaseSelfSupervisor extends BaseModel implements HasLayerDepth {
  override readonly dataPreprocessor: BaseDataPreprocessor
  readonly backbone: BaseBackbone
  readonly neck: Module | undefined
  readonly head: Module | undefined
  readonly targetGenerator: Module | undefined

  constructor(
    private readonly given: SelfSupervisorOptions,
    builder: Builder,
  ) {
    super()
    const pretrained = given.pretrained ? ({ type: 'Pretrained', checkpoint: given.pretrained } as const) : undefined
    this.initRules = buildInitRules(pretrained ?? given.init_cfg, builder)
    const preprocessor = preprocessorConfig(given.data_preprocessor, undefined, 'SelfSupDataPreprocessor')
    this.dataPreprocessor = this.registerModule('data_preprocessor', buildModule(builder, MODELS, preprocessor, BaseDataPreprocessor))
    this.backbone = this.registerModule('backbone', buildModule(builder, MODELS, given.backbone, BaseBackbone))
    const part = (name: string, config: object | null | undefined) =>
      config == null ? undefined : this.registerModule(name, buildModule(builder, MODELS, config, Module))
    this.neck = part('neck', given.neck)
    this.head = part('head', given.head)
    this.targetGenerator = part('target_generator', given.target_generator)
  }

  /** Features of whole images, as the backbone gives them (mode 'tensor'). */
  override forward(batch: TensorBatch): readonly tf.Tensor[] {
    return this.extractFeat(batch.inputs)
  }

  extractFeat(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return this.backbone.call(inputs)
  }

  override predict(): Record<string, tf.Tensor> {
    throw this.nothingToPredict()
  }

  override attachPredictions(): DataSample[] {
    throw this.nothingToPredict()
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    if (hasLayerDepth(this.backbone)) return this.backbone.getLayerDepth(paramName, `${prefix}backbone.`)
    throw new TesseraError('NO_LAYER_DEPTH', {
      what: 'the backbone does not say how deep its layers are',
      path: 'model.backbone',
      got: this.backbone.constructor.name,
      expected: 'a class with getLayerDepth(paramName, prefix)',
    })
  }

  /** The part under this key, which the algorithm cannot do without, as what it must be. */
  protected need<T extends Module>(key: 'neck' | 'head' | 'target_generator', kind: Kind<T>): T {
    const part: Module | undefined = { neck: this.neck, head: this.head, target_generator: this.targetGenerator }[key]
    if (part instanceof kind) return part
    throw this.wrongPart(key, part, `a ${kind.name}`)
  }

  /** The backbone, as one that can do what `can` asks for. */
  protected needBackbone<T extends object>(can: (backbone: object) => backbone is T, expected: string): T & BaseBackbone {
    const { backbone } = this
    if (can(backbone)) return backbone
    throw this.wrongPart('backbone', backbone, expected)
  }

  private wrongPart(key: string, part: Module | undefined, expected: string): TesseraError {
    return new TesseraError('INVALID_OPTIONS', {
      what: `${this.constructor.name} cannot train with this ${key}`,
      path: optionPath(this.given, key),
      got: part?.constructor.name,
      expected,
    })
  }

  private nothingToPredict(): TesseraError {
    return new TesseraError('UNSUPPORTED', {
      what: `${this.constructor.name} learns features and predicts nothing`,
      hint: 'Leave val_dataloader and test_dataloader out; its backbone is judged by fine-tuning it in a classifier.',
    })
  }
}

/** An input that the pipeline must have made: a mask, a second view. */
export function needInput<T extends tf.Tensor>(batch: TensorBatch, key: string, hint: string): T {
  const found = batch[key]
  if (found !== undefined) return found as T
  throw new TesseraError('DATA_INVALID', { what: `a batch to train on has no ${key}`, got: Object.keys(batch), expected: key, hint })
}
