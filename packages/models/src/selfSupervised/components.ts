import { BEiTPretrainViT } from '../backbones/beitPretrainViT.js'
import { MAEHiViT } from '../backbones/maeHiViT.js'
import { MAEViT } from '../backbones/maeViT.js'
import { MaskFeatViT } from '../backbones/maskFeatViT.js'
import { MixMIMPretrainTransformer } from '../backbones/mixMimPretrainTransformer.js'
import { MoCoV3ViT } from '../backbones/moCoV3ViT.js'
import { SimMIMSwinTransformer } from '../backbones/simMIMSwinTransformer.js'
import { BEiTV1Head } from '../heads/beitV1Head.js'
import { BEiTV2Head } from '../heads/beitV2Head.js'
import { ContrastiveHead } from '../heads/contrastiveHead.js'
import { LatentCrossCorrelationHead } from '../heads/latentCrossCorrelationHead.js'
import { LatentPredictHead } from '../heads/latentPredictHead.js'
import { MAEPretrainHead } from '../heads/maePretrainHead.js'
import { MIMHead } from '../heads/mimHead.js'
import { MixMIMPretrainHead } from '../heads/mixMimPretrainHead.js'
import { MoCoV3Head } from '../heads/moCoV3Head.js'
import { SimMIMHead } from '../heads/simMIMHead.js'
import { CosineSimilarityLoss } from '../losses/cosineSimilarityLoss.js'
import { CrossCorrelationLoss } from '../losses/crossCorrelationLoss.js'
import { PixelReconstructionLoss } from '../losses/pixelReconstructionLoss.js'
import { BEiTV2Neck } from '../necks/beitV2Neck.js'
import { MAEPretrainDecoder } from '../necks/maePretrainDecoder.js'
import { MixMIMPretrainDecoder } from '../necks/mixMimPretrainDecoder.js'
import { MoCoV2Neck } from '../necks/moCoV2Neck.js'
import { NonLinearNeck } from '../necks/nonLinearNeck.js'
import { SimMIMLinearDecoder } from '../necks/simMIMLinearDecoder.js'
import { BarlowTwins } from './barlowTwins.js'
import { BEiT } from './beit.js'
import { BYOL } from './byol.js'
import { DALLEEncoder } from './dallEEncoder.js'
import { HOGGenerator } from './hogGenerator.js'
import { MAE } from './mae.js'
import { MaskFeat } from './maskFeat.js'
import { MixMIM } from './mixMIM.js'
import { MoCo } from './moCo.js'
import { MoCoV3 } from './moCoV3.js'
import { SimCLR } from './simCLR.js'
import { SimMIM } from './simMIM.js'
import { SimSiam } from './simSiam.js'
import { VQKD } from './vqkd.js'

/** Components of self-supervised pretraining. */
export const selfSupervisedComponents = [
  BEiT,
  BEiTPretrainViT,
  BEiTV1Head,
  BEiTV2Head,
  BEiTV2Neck,
  BYOL,
  BarlowTwins,
  ContrastiveHead,
  CosineSimilarityLoss,
  CrossCorrelationLoss,
  DALLEEncoder,
  HOGGenerator,
  LatentCrossCorrelationHead,
  LatentPredictHead,
  MAE,
  MAEHiViT,
  MAEPretrainDecoder,
  MAEPretrainHead,
  MAEViT,
  MIMHead,
  MaskFeat,
  MaskFeatViT,
  MixMIM,
  MixMIMPretrainDecoder,
  MixMIMPretrainHead,
  MixMIMPretrainTransformer,
  MoCo,
  MoCoV2Neck,
  MoCoV3,
  MoCoV3Head,
  MoCoV3ViT,
  NonLinearNeck,
  PixelReconstructionLoss,
  SimCLR,
  SimMIM,
  SimMIMHead,
  SimMIMLinearDecoder,
  SimMIMSwinTransformer,
  SimSiam,
  VQKD,
] as const
