import { CutMix } from './batchAugments/cutMix.js'
import { Mixup } from './batchAugments/mixup.js'
import { ResizeMix } from './batchAugments/resizeMix.js'
import { DefaultCollate } from './collate/defaultCollate.js'
import { PseudoCollate } from './collate/pseudoCollate.js'
import { CIFAR10 } from './datasets/cifar10.js'
import { CIFAR100 } from './datasets/cifar100.js'
import { ClassBalancedDataset } from './datasets/classBalancedDataset.js'
import { ConcatDataset } from './datasets/concatDataset.js'
import { CUB } from './datasets/cub.js'
import { CustomDataset } from './datasets/customDataset.js'
import { FashionMNIST } from './datasets/fashionMnist.js'
import { ImageNet } from './datasets/imageNet.js'
import { ImageNet21k } from './datasets/imageNet21k.js'
import { KFoldDataset } from './datasets/kFoldDataset.js'
import { MNIST } from './datasets/mnist.js'
import { MNISTDigits } from './datasets/mnistDigits.js'
import { MultiLabelDataset } from './datasets/multiLabelDataset.js'
import { RepeatDataset } from './datasets/repeatDataset.js'
import { VOC } from './datasets/voc.js'
import { DataLoader } from './loader/dataLoader.js'
import { ClsDataPreprocessor } from './preprocessors/clsDataPreprocessor.js'
import { SelfSupDataPreprocessor } from './preprocessors/selfSupDataPreprocessor.js'
import { TwoNormDataPreprocessor } from './preprocessors/twoNormDataPreprocessor.js'
import { DefaultSampler } from './samplers/defaultSampler.js'
import { InfiniteSampler } from './samplers/infiniteSampler.js'
import { RepeatAugSampler } from './samplers/repeatAugSampler.js'
import { AutoAugment } from './transforms/autoAugment.js'
import { AutoContrast } from './transforms/autoContrast.js'
import { BEiTMaskGenerator } from './transforms/beitMaskGenerator.js'
import { Brightness } from './transforms/brightness.js'
import { CenterCrop } from './transforms/centerCrop.js'
import { ColorJitter } from './transforms/colorJitter.js'
import { ColorTransform } from './transforms/colorTransform.js'
import { Contrast } from './transforms/contrast.js'
import { Cutout } from './transforms/cutout.js'
import { EfficientNetCenterCrop } from './transforms/efficientNetCenterCrop.js'
import { EfficientNetRandomCrop } from './transforms/efficientNetRandomCrop.js'
import { Equalize } from './transforms/equalize.js'
import { GaussianBlur } from './transforms/gaussianBlur.js'
import { Invert } from './transforms/invert.js'
import { Lighting } from './transforms/lighting.js'
import { LoadImageFromFile } from './transforms/loadImageFromFile.js'
import { MAERandomResizedCrop } from './transforms/maeRandomResizedCrop.js'
import { MultiView } from './transforms/multiView.js'
import { Normalize } from './transforms/normalize.js'
import { PackInputs } from './transforms/packInputs.js'
import { Pad } from './transforms/pad.js'
import { Posterize } from './transforms/posterize.js'
import { RandAugment } from './transforms/randAugment.js'
import { RandomApply } from './transforms/randomApply.js'
import { RandomCrop } from './transforms/randomCrop.js'
import { RandomErasing } from './transforms/randomErasing.js'
import { RandomFlip } from './transforms/randomFlip.js'
import { RandomGrayscale } from './transforms/randomGrayscale.js'
import { RandomResizedCrop } from './transforms/randomResizedCrop.js'
import { Resize } from './transforms/resize.js'
import { ResizeEdge } from './transforms/resizeEdge.js'
import { Rotate } from './transforms/rotate.js'
import { Sharpness } from './transforms/sharpness.js'
import { Shear } from './transforms/shear.js'
import { SimMIMMaskGenerator } from './transforms/simMIMMaskGenerator.js'
import { Solarize } from './transforms/solarize.js'
import { SolarizeAdd } from './transforms/solarizeAdd.js'
import { TestTimeAug } from './transforms/testTimeAug.js'
import { Translate } from './transforms/translate.js'
import { TwoPicCrop } from './transforms/twoPicCrop.js'

/** Every registered component of this package. */
export const dataPlugin = [
  AutoAugment,
  AutoContrast,
  Brightness,
  CenterCrop,
  ClsDataPreprocessor,
  ColorTransform,
  Contrast,
  CustomDataset,
  CutMix,
  Cutout,
  DataLoader,
  DefaultCollate,
  DefaultSampler,
  EfficientNetCenterCrop,
  Equalize,
  GaussianBlur,
  ImageNet,
  InfiniteSampler,
  Invert,
  LoadImageFromFile,
  MNISTDigits,
  CIFAR10,
  CIFAR100,
  CUB,
  FashionMNIST,
  MNIST,
  MultiLabelDataset,
  VOC,
  Mixup,
  Normalize,
  PackInputs,
  Pad,
  Posterize,
  PseudoCollate,
  RandAugment,
  RandomCrop,
  RandomErasing,
  RandomFlip,
  RandomResizedCrop,
  Resize,
  ResizeEdge,
  ResizeMix,
  Rotate,
  Sharpness,
  Shear,
  Solarize,
  SolarizeAdd,
  Translate,
  ColorJitter,
  Lighting,
  RandomGrayscale,
  RandomApply,
  MultiView,
  TestTimeAug,
  SimMIMMaskGenerator,
  BEiTMaskGenerator,
  TwoPicCrop,
  MAERandomResizedCrop,
  SelfSupDataPreprocessor,
  TwoNormDataPreprocessor,
  ClassBalancedDataset,
  ConcatDataset,
  ImageNet21k,
  KFoldDataset,
  RepeatDataset,
  RepeatAugSampler,
  EfficientNetRandomCrop,
] as const
