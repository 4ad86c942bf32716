import { DefaultCollate } from './collate/defaultCollate.js'
import { PseudoCollate } from './collate/pseudoCollate.js'
import { MNISTDigits } from './datasets/mnistDigits.js'
import { DataLoader } from './loader/dataLoader.js'
import { ClsDataPreprocessor } from './preprocessors/clsDataPreprocessor.js'
import { DefaultSampler } from './samplers/defaultSampler.js'
import { InfiniteSampler } from './samplers/infiniteSampler.js'
import { PackInputs } from './transforms/packInputs.js'
import { RandomCrop } from './transforms/randomCrop.js'

/** Every registered component of this package. */
export const dataPlugin = [
  ClsDataPreprocessor,
  DataLoader,
  DefaultCollate,
  DefaultSampler,
  InfiniteSampler,
  MNISTDigits,
  PackInputs,
  PseudoCollate,
  RandomCrop,
] as const
