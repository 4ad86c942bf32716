import { MODELS, RunContainer } from '@tessera/core'
import { BaseDataPreprocessor, nnPlugin, type TensorBatch } from '@tessera/nn'
import * as v from 'valibot'
import { modelsPlugin } from '../plugin.js'

/** Hands batches on as they are; the real preprocessor lives in a sibling package. */
class PassThroughPreprocessor extends BaseDataPreprocessor {
  static readonly schema = v.looseObject({})

  override upload(): TensorBatch {
    throw new Error('tests make their own tensors')
  }

  override forward(batch: TensorBatch): TensorBatch {
    return batch
  }
}

/** A run in which every model can be built without the data package. */
export function testContainer(): RunContainer {
  if (modelsPlugin.length + nnPlugin.length === 0) throw new Error('nothing is registered')
  const container = new RunContainer()
  for (const name of ['ClsDataPreprocessor', 'SelfSupDataPreprocessor', 'TwoNormDataPreprocessor'])
    container.rebind(MODELS, name, PassThroughPreprocessor)
  return container
}
