import { BEiTViT } from './backbones/beitViT.js'
import { Conformer } from './backbones/conformer.js'
import { ConvMixer } from './backbones/convMixer.js'
import { ConvNeXt } from './backbones/convNeXt.js'
import { DaViT } from './backbones/davit.js'
import { DeiT3 } from './backbones/deiT3.js'
import { DenseNet } from './backbones/denseNet.js'
import { DistilledVisionTransformer } from './backbones/distilledVisionTransformer.js'
import { EdgeNeXt } from './backbones/edgeNeXt.js'
import { EfficientNet } from './backbones/efficientNet.js'
import { EfficientNetV2 } from './backbones/efficientNetV2.js'
import { HiViT } from './backbones/hiViT.js'
import { HorNet } from './backbones/horNet.js'
import { HRNet } from './backbones/hrNet.js'
import { LeNet5 } from './backbones/leNet5.js'
import { LeViT } from './backbones/levit.js'
import { MixMIMTransformer } from './backbones/mixMimTransformer.js'
import { MlpMixer } from './backbones/mlpMixer.js'
import { MobileNetV2 } from './backbones/mobileNetV2.js'
import { MobileNetV3 } from './backbones/mobileNetV3.js'
import { MobileOne } from './backbones/mobileOne.js'
import { MobileViT } from './backbones/mobileViT.js'
import { MViT } from './backbones/mvit.js'
import { PCPVT } from './backbones/pcpvt.js'
import { PoolFormer } from './backbones/poolFormer.js'
import { PyramidVig } from './backbones/pyramidVig.js'
import { RegNet } from './backbones/regNet.js'
import { RepLKNet } from './backbones/repLKNet.js'
import { RepVGG } from './backbones/repVGG.js'
import { Res2Net } from './backbones/res2Net.js'
import { ResNeSt } from './backbones/resNeSt.js'
import { ResNet } from './backbones/resNet.js'
import { ResNetCifar } from './backbones/resNetCifar.js'
import { ResNetV1c } from './backbones/resNetV1c.js'
import { ResNetV1d } from './backbones/resNetV1d.js'
import { ResNeXt } from './backbones/resNeXt.js'
import { RIFormer } from './backbones/riFormer.js'
import { SEResNet } from './backbones/seResNet.js'
import { SEResNeXt } from './backbones/seResNeXt.js'
import { SVT } from './backbones/svt.js'
import { SwinTransformer } from './backbones/swinTransformer.js'
import { SwinTransformerV2 } from './backbones/swinTransformerV2.js'
import { T2TViT } from './backbones/t2tViT.js'
import { TinyViT } from './backbones/tinyViT.js'
import { VAN } from './backbones/van.js'
import { VGG } from './backbones/vgg.js'
import { Vig } from './backbones/vig.js'
import { VisionTransformer } from './backbones/visionTransformer.js'
import { ViTEVA02 } from './backbones/vitEva02.js'
import { ViTSAM } from './backbones/vitSam.js'
import { XCiT } from './backbones/xcit.js'
import { ImageClassifier } from './classifiers/imageClassifier.js'
import { ArcFaceClsHead } from './heads/arcFaceClsHead.js'
import { ClsHead } from './heads/clsHead.js'
import { ConformerHead } from './heads/conformerHead.js'
import { CSRAClsHead } from './heads/csraClsHead.js'
import { DeiTClsHead } from './heads/deitClsHead.js'
import { LeViTClsHead } from './heads/levitClsHead.js'
import { LinearClsHead } from './heads/linearClsHead.js'
import { MultiLabelClsHead } from './heads/multiLabelClsHead.js'
import { MultiLabelLinearClsHead } from './heads/multiLabelLinearClsHead.js'
import { StackedLinearClsHead } from './heads/stackedLinearClsHead.js'
import { VigClsHead } from './heads/vigClsHead.js'
import { VisionTransformerClsHead } from './heads/visionTransformerClsHead.js'
import { AsymmetricLoss } from './losses/asymmetricLoss.js'
import { CrossEntropyLoss } from './losses/crossEntropyLoss.js'
import { FocalLoss } from './losses/focalLoss.js'
import { LabelSmoothLoss } from './losses/labelSmoothLoss.js'
import { SeesawLoss } from './losses/seesawLoss.js'
import { ClsBatchNormNeck } from './necks/clsBatchNormNeck.js'
import { GeneralizedMeanPooling } from './necks/generalizedMeanPooling.js'
import { GlobalAveragePooling } from './necks/globalAveragePooling.js'
import { HRFuseScales } from './necks/hrFuseScales.js'
import { LinearNeck } from './necks/linearNeck.js'
import { LoRAModel } from './peft/loraModel.js'
import { selfSupervisedComponents } from './selfSupervised/components.js'
import { AverageClsScoreTTA } from './tta/averageClsScoreTTA.js'

/** Every registered component of this package; importing it is what makes them known. */
export const modelsPlugin = [
  AsymmetricLoss,
  ArcFaceClsHead,
  CSRAClsHead,
  MultiLabelClsHead,
  MultiLabelLinearClsHead,
  StackedLinearClsHead,
  VigClsHead,
  ClsBatchNormNeck,
  GeneralizedMeanPooling,
  LinearNeck,
  FocalLoss,
  SeesawLoss,
  ClsHead,
  CrossEntropyLoss,
  GlobalAveragePooling,
  ImageClassifier,
  AverageClsScoreTTA,
  LabelSmoothLoss,
  BEiTViT,
  DeiT3,
  DistilledVisionTransformer,
  DeiTClsHead,
  ConvNeXt,
  HiViT,
  MixMIMTransformer,
  ViTEVA02,
  ViTSAM,
  MobileNetV2,
  MobileNetV3,
  EfficientNet,
  LeNet5,
  MlpMixer,
  SwinTransformerV2,
  VGG,
  ResNet,
  RegNet,
  Res2Net,
  ResNeSt,
  ResNetCifar,
  ResNetV1c,
  ResNetV1d,
  ResNeXt,
  SEResNet,
  SEResNeXt,
  LinearClsHead,
  SwinTransformer,
  VisionTransformer,
  VisionTransformerClsHead,
  ConvMixer,
  EdgeNeXt,
  EfficientNetV2,
  HorNet,
  PoolFormer,
  RepVGG,
  RIFormer,
  VAN,
  XCiT,
  T2TViT,
  TinyViT,
  DenseNet,
  MobileOne,
  MobileViT,
  LeViT,
  LeViTClsHead,
  HRNet,
  HRFuseScales,
  Conformer,
  DaViT,
  PCPVT,
  RepLKNet,
  SVT,
  MViT,
  PyramidVig,
  Vig,
  ConformerHead,
  LoRAModel,
  ...selfSupervisedComponents,
] as const
