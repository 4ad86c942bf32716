import { DefaultCollate } from './collate/defaultCollate.js'
import { PseudoCollate } from './collate/pseudoCollate.js'
import { CustomDataset } from './datasets/customDataset.js'
import { MNISTDigits } from './datasets/mnistDigits.js'
import { DataLoader } from './loader/dataLoader.js'
import { ClsDataPreprocessor } from './preprocessors/clsDataPreprocessor.js'
import { DefaultSampler } from './samplers/defaultSampler.js'
import { InfiniteSampler } from './samplers/infiniteSampler.js'
import { CenterCrop } from './transforms/centerCrop.js'
import { LoadImageFromFile } from './transforms/loadImageFromFile.js'
import { Normalize } from './transforms/normalize.js'
import { PackInputs } from './transforms/packInputs.js'
import { RandomCrop } from './transforms/randomCrop.js'
import { RandomFlip } from './transforms/randomFlip.js'
import { RandomResizedCrop } from './transforms/randomResizedCrop.js'
import { Resize } from './transforms/resize.js'
import { ResizeEdge } from './transforms/resizeEdge.js'

/** Every registered component of this package. */
export const dataPlugin = [
  CenterCrop,
  ClsDataPreprocessor,
  CustomDataset,
  DataLoader,
  DefaultCollate,
  DefaultSampler,
  InfiniteSampler,
  LoadImageFromFile,
  MNISTDigits,
  Normalize,
  PackInputs,
  PseudoCollate,
  RandomCrop,
  RandomFlip,
  RandomResizedCrop,
  Resize,
  ResizeEdge,
] as const
