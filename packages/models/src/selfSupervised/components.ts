import { MAEViT } from '../backbones/maeViT.js'
import { MAEPretrainHead } from '../heads/maePretrainHead.js'
import { CosineSimilarityLoss } from '../losses/cosineSimilarityLoss.js'
import { PixelReconstructionLoss } from '../losses/pixelReconstructionLoss.js'
import { MAEPretrainDecoder } from '../necks/maePretrainDecoder.js'
import { MAE } from './mae.js'

/** Components of self-supervised pretraining. */
export const selfSupervisedComponents = [
  CosineSimilarityLoss,
  MAE,
  MAEPretrainDecoder,
  MAEPretrainHead,
  MAEViT,
  PixelReconstructionLoss,
] as const
