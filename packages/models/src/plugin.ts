import { ResNet } from './backbones/resNet.js'
import { VisionTransformer } from './backbones/visionTransformer.js'
import { ImageClassifier } from './classifiers/imageClassifier.js'
import { ClsHead } from './heads/clsHead.js'
import { LinearClsHead } from './heads/linearClsHead.js'
import { VisionTransformerClsHead } from './heads/visionTransformerClsHead.js'
import { CrossEntropyLoss } from './losses/crossEntropyLoss.js'
import { LabelSmoothLoss } from './losses/labelSmoothLoss.js'
import { GlobalAveragePooling } from './necks/globalAveragePooling.js'

/** Every registered component of this package; importing it is what makes them known. */
export const modelsPlugin = [
  ClsHead,
  CrossEntropyLoss,
  GlobalAveragePooling,
  ImageClassifier,
  LabelSmoothLoss,
  ResNet,
  LinearClsHead,
  VisionTransformer,
  VisionTransformerClsHead,
] as const
