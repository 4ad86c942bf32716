// Written by `npm run types`; the schemas of the components are the source. What a user may write for every component, worked out:
// a config that is checked against this needs neither the packages nor TensorFlow.js, which takes the compiler a third of the time.
import type {
  BatchAugmentTypes,
  ComponentConfig,
  DataPreprocessorTypes,
  DatasetTypes,
  EvaluatorTypes,
  MetricTypes,
  ModelTypes,
  OptimizerTypes,
  TransformTypes,
  VisBackendTypes,
  WeightInitializerTypes,
} from '@tessera/core'

export interface ArcFaceClsHeadConfig {
  type: 'ArcFaceClsHead'
  num_classes: number
  in_channels: number
  /** Centres that each class has; the nearest one counts. */
  num_subcenters?: number | undefined
  /** What the cosines are multiplied by. */
  scale?: number | undefined
  /** Angle, in radians, by which a sample must be nearer to its own class: one for all, one for each class, or a text file with one in each line. */
  margins?: string | number | number[] | undefined
  /** Leave samples beyond a right angle from their class without a margin. */
  easy_margin?: boolean | undefined
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface AsymmetricLossConfig {
  type: 'AsymmetricLoss'
  /** Focus on positive answers: how strongly those that are already right are played down. */
  gamma_pos?: number | undefined
  /** The same for negative answers, usually more. */
  gamma_neg?: number | undefined
  /** Negative answers with a probability below this do not count at all; null or 0: all do. */
  clip?: number | null | undefined
  reduction?: 'none' | 'mean' | 'sum' | undefined
  loss_weight?: number | undefined
  /** False: probabilities by softmax. */
  use_sigmoid?: boolean | undefined
  /** Least value that a logarithm is taken of. */
  eps?: number | undefined
}

export interface AverageClsScoreTTAConfig {
  type: 'AverageClsScoreTTA'
  /** The model to test; `tools/test.ts --tta` puts the config's `model` here. */
  module?: ComponentConfig<ModelTypes> | null | undefined
  /** For a model that has none of its own. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
}

export interface BEiTConfig {
  type: 'BEiT'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface BEiTPretrainViTConfig {
  type: 'BEiTPretrainViT'
  final_norm?: boolean | undefined
  /** Counts for whole images only: masked ones give all tokens. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  use_rel_pos_bias?: boolean | undefined
  use_shared_rel_pos_bias?: boolean | undefined
  /** Of queries, keys and values: all, none, or (`qv_bias`) queries and values. */
  bias?: boolean | 'qv_bias' | undefined
  use_abs_pos_emb?: boolean | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        use_rel_pos_bias?: boolean | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        bias?: boolean | 'qv_bias' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        use_rel_pos_bias?: boolean | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        bias?: boolean | 'qv_bias' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  with_cls_token?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name (`base` or `b`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | undefined
}

export interface BEiTV1HeadConfig {
  type: 'BEiTV1Head'
  embed_dims: number
  /** Words of the tokenizer. */
  num_embed: number
  /** Such as CrossEntropyLoss, averaged. */
  loss: ComponentConfig<ModelTypes>
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface BEiTV2HeadConfig {
  type: 'BEiTV2Head'
  embed_dims: number
  /** Words of the tokenizer. */
  num_embed: number
  /** Such as CrossEntropyLoss, averaged. */
  loss: ComponentConfig<ModelTypes>
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface BEiTV2NeckConfig {
  type: 'BEiTV2Neck'
  /** Blocks of the neck. */
  num_layers?: number | undefined
  /** Behind how many blocks of the backbone its early output stands. */
  early_layers?: number | undefined
  /** The backbone's name or numbers. */
  backbone_arch?:
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | undefined
  drop_rate?: number | undefined
  drop_path_rate?: number | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** Only the backbone's shared bias is offered. */
  use_rel_pos_bias?: false | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface BEiTViTConfig {
  type: 'BEiTViT'
  final_norm?: boolean | undefined
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  /** Of queries, keys and values: all, none, or (`qv_bias`) queries and values. */
  bias?: boolean | 'qv_bias' | undefined
  use_abs_pos_emb?: boolean | undefined
  /** A learnt bias for each offset, in each block. */
  use_rel_pos_bias?: boolean | undefined
  /** One such bias for all blocks. */
  use_shared_rel_pos_bias?: boolean | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        use_rel_pos_bias?: boolean | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        bias?: boolean | 'qv_bias' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        use_rel_pos_bias?: boolean | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        bias?: boolean | 'qv_bias' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  with_cls_token?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name (`base` or `b`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | undefined
}

export interface BNConfig {
  type: 'BN'
  /** Added to the variance. */
  eps?: number | undefined
  /** How much of each batch goes into the running statistics; null: the average of all batches so far. */
  momentum?: number | null | undefined
  /** False: no weight and bias. */
  affine?: boolean | undefined
  /** False: no running statistics; evaluation normalizes by its own batch, too. */
  track_running_stats?: boolean | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface BN1dConfig {
  type: 'BN1d'
  /** Added to the variance. */
  eps?: number | undefined
  /** How much of each batch goes into the running statistics; null: the average of all batches so far. */
  momentum?: number | null | undefined
  /** False: no weight and bias. */
  affine?: boolean | undefined
  /** False: no running statistics; evaluation normalizes by its own batch, too. */
  track_running_stats?: boolean | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface BN2dConfig {
  type: 'BN2d'
  /** Added to the variance. */
  eps?: number | undefined
  /** How much of each batch goes into the running statistics; null: the average of all batches so far. */
  momentum?: number | null | undefined
  /** False: no weight and bias. */
  affine?: boolean | undefined
  /** False: no running statistics; evaluation normalizes by its own batch, too. */
  track_running_stats?: boolean | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface BYOLConfig {
  type: 'BYOL'
  /** The new weights' share in the momentum encoder at the start; it falls to 0 along a cosine over the run. */
  base_momentum?: number | undefined
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface BarlowTwinsConfig {
  type: 'BarlowTwins'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface CSRAClsHeadConfig {
  type: 'CSRAClsHead'
  num_classes: number
  in_channels: number
  /** How many attentions of different sharpness are added up. */
  num_heads: 1 | 2 | 4 | 6 | 8
  /** Weight of the attended score beside the mean score. */
  lam: number
  /** Default: cross entropy of each class for itself (`use_sigmoid`). */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** Classes with at least this probability are predicted. Default 0.5, unless `topk` is given. */
  thr?: number | null | undefined
  /** So many classes are predicted, the most probable ones; only without `thr`. */
  topk?: number | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ClsBatchNormNeckConfig {
  type: 'ClsBatchNormNeck'
  /** Width of the features. */
  input_features: number
  /** Give the norm weight and bias. */
  affine?: boolean | undefined
  /** Added to the variance. */
  eps?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ClsHeadConfig {
  type: 'ClsHead'
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ConformerConfig {
  type: 'Conformer'
  /** A name, or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | {
        embed_dims: number
        /** Width of the maps over base_channels. */
        channel_ratio: number
        num_heads: number
        /** Blocks of the transformer, a multiple of three. */
        depths: number
      }
    | 't'
    | 'tiny'
    | undefined
  /** A multiple of 16. */
  patch_size?: number | undefined
  base_channels?: number | undefined
  mlp_ratio?: number | undefined
  qkv_bias?: boolean | undefined
  with_cls_token?: boolean | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Without effect, as in MMPreTrain. */
  norm_eval?: boolean | undefined
  /** Without effect, as in MMPreTrain. */
  frozen_stages?: number | undefined
  /** Blocks whose output is returned, from 2; negative counts from the end. */
  out_indices?: number | number[] | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ConformerHeadConfig {
  type: 'ConformerHead'
  num_classes: number
  /** Width of the map's mean, and of the tokens. */
  in_channels: [number, number]
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ContrastiveHeadConfig {
  type: 'ContrastiveHead'
  /** Such as CrossEntropyLoss. */
  loss: ComponentConfig<ModelTypes>
  /** Similarities are divided by this. */
  temperature?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ConvMixerConfig {
  type: 'ConvMixer'
  /** A name (width/depth), or the four numbers. */
  arch?:
    | '768/32'
    | '1024/20'
    | '1536/20'
    | {
        embed_dims: number
        depth: number
        patch_size: number
        kernel_size: number
      }
    | undefined
  in_channels?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze so many blocks; the stem stays free. */
  frozen_stages?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ConvNeXtConfig {
  type: 'ConvNeXt'
  /** A name, or the numbers. */
  arch?:
    | 'small'
    | 'base'
    | 'large'
    | 'tiny'
    | {
        /** Blocks a stage. */
        depths: number[]
        /** Width of each stage. */
        channels: number[]
      }
    | 'atto'
    | 'femto'
    | 'pico'
    | 'nano'
    | 'xlarge'
    | 'huge'
    | undefined
  in_channels?: number | undefined
  stem_patch_size?: number | undefined
  /** Default LN2d with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Linear layers for the 1×1 convolutions: the same numbers, parameters of another shape. */
  linear_pw_conv?: boolean | undefined
  /** Global response normalization (ConvNeXt V2); layer scale is then usually off. */
  use_grn?: boolean | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze so many stages with what leads to them. */
  frozen_stages?: number | undefined
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm?: boolean | undefined
  with_cp?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface CosineEMAConfig {
  type: 'CosineEMA'
  momentum?: number | undefined
  end_momentum?: number | undefined
  /** Updates between two that average. */
  interval?: number | undefined
  /** Average the buffers (running statistics), too; otherwise the average has the model's own. */
  update_buffers?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: the average stands where the model does. */
  device?: string | null | undefined
}

export interface CosineSimilarityLossConfig {
  type: 'CosineSimilarityLoss'
  /** Added to the loss: with 1 or 2 it has its minimum at zero. */
  shift_factor?: number | undefined
  /** What the cosine is multiplied by. */
  scale_factor?: number | undefined
}

export interface CrossCorrelationLossConfig {
  type: 'CrossCorrelationLoss'
  /** What correlations of different features count. */
  lambd?: number | undefined
}

export interface CrossEntropyLossConfig {
  type: 'CrossEntropyLoss'
  /** Every class a yes-or-no question, instead of one answer among all. */
  use_sigmoid?: boolean | undefined
  /** Targets are probabilities [batch, classes]. */
  use_soft?: boolean | undefined
  reduction?: 'none' | 'mean' | 'sum' | undefined
  loss_weight?: number | undefined
  /** One factor a class. */
  class_weight?: number[] | null | undefined
  /** Factor of the positive part, one number or one a class; only with `use_sigmoid`. */
  pos_weight?: number | number[] | null | undefined
}

export interface DALL_EConfig {
  type: 'DALL-E'
  /** As in the reference it only scales the blocks: there are always four groups. */
  group_count?: number | undefined
  /** Width of the first group. */
  n_hid?: number | undefined
  /** Blocks of a group. */
  n_blk_per_group?: number | undefined
  /** Channels of the images. */
  input_channels?: number | undefined
  /** Words. */
  vocab_size?: number | undefined
  /** Accepted for PyTorch's recipes, without effect. */
  device?: string | null | undefined
  /** A tokenizer is not trained. */
  requires_grad?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface DaViTConfig {
  type: 'DaViT'
  /** A name, or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | 'huge'
    | {
        /** Width of the first stage; each stage doubles it. */
        embed_dims: number
        /** Blocks a stage. */
        depths: number[]
        num_heads: number[]
      }
    | 'h'
    | 'g'
    | 'giant'
    | undefined
  /** Stride of the first convolution, which is 7×7. */
  patch_size?: number | undefined
  in_channels?: number | undefined
  window_size?: number | undefined
  /** How much wider feed-forward layers are inside. */
  ffn_ratio?: number | undefined
  qkv_bias?: boolean | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Only false is offered: MMPreTrain's norms do not fit the outputs otherwise. */
  out_after_downsample?: false | undefined
  /** Pad maps that are smaller than a window. */
  pad_small_map?: boolean | undefined
  /** Of the norms behind the stages; null: none. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** For all stages, or one object a stage. */
  stage_cfgs?:
    | {
        window_size?: number | undefined
        ffn_ratio?: number | undefined
        qkv_bias?: boolean | undefined
        pad_small_map?: boolean | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              num_heads?: number | undefined
              window_size?: number | undefined
              ffn_ratio?: number | undefined
              qkv_bias?: boolean | undefined
              drop_path?: number | undefined
              pad_small_map?: boolean | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
            }
          | {
              num_heads?: number | undefined
              window_size?: number | undefined
              ffn_ratio?: number | undefined
              qkv_bias?: boolean | undefined
              drop_path?: number | undefined
              pad_small_map?: boolean | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
            }[]
          | undefined
      }
    | {
        window_size?: number | undefined
        ffn_ratio?: number | undefined
        qkv_bias?: boolean | undefined
        pad_small_map?: boolean | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              num_heads?: number | undefined
              window_size?: number | undefined
              ffn_ratio?: number | undefined
              qkv_bias?: boolean | undefined
              drop_path?: number | undefined
              pad_small_map?: boolean | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
            }
          | {
              num_heads?: number | undefined
              window_size?: number | undefined
              ffn_ratio?: number | undefined
              qkv_bias?: boolean | undefined
              drop_path?: number | undefined
              pad_small_map?: boolean | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
            }[]
          | undefined
      }[]
    | undefined
  /** Freeze the patch embedding, the first stage (0) and so many more; −1: nothing. */
  frozen_stages?: number | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  with_cp?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface DeiT3Config {
  type: 'DeiT3'
  qkv_bias?: boolean | undefined
  use_layer_scale?: boolean | undefined
  /** Which norm stands before a block's feed-forward layer. MMPreTrain's is `ln1`, a slip; weights of DeiT III's authors want `ln2`. */
  second_norm?: 'ln1' | 'ln2' | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        use_layer_scale?: boolean | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        use_layer_scale?: boolean | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm (`ln1`) after the last block. */
  final_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  with_cls_token?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name (`base` or `b`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 'huge'
    | 'h'
    | 'm'
    | 'medium'
    | undefined
}

export interface DeiTClsHeadConfig {
  type: 'DeiTClsHead'
  num_classes: number
  in_channels: number
  /** Width of a hidden layer before the last, none by default. */
  hidden_dim?: number | null | undefined
  /** After the hidden layer. Default tanh. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface DenseNetConfig {
  type: 'DenseNet'
  /** A name, or the numbers. */
  arch?:
    | {
        /** Channels that each layer adds. */
        growth_rate: number
        /** Layers a stage. */
        depths: number[]
        /** Width of the stem. */
        init_channels: number
      }
    | '121'
    | '169'
    | '201'
    | '161'
    | undefined
  in_channels?: number | undefined
  /** How many times growth_rate a layer is wide inside. */
  bn_size?: number | undefined
  /** Dropout of what each layer adds. */
  drop_rate?: number | undefined
  /** How much of its width a stage hands on. */
  compression_factor?: number | undefined
  /** Only false is offered: nothing is computed twice to save memory. */
  memory_efficient?: false | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze so many stages; the stem stays free. */
  frozen_stages?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface DistilledVisionTransformerConfig {
  type: 'DistilledVisionTransformer'
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 'huge'
    | 'h'
    | 'dinov2-s'
    | 'dinov2-small'
    | 'dinov2-g'
    | 'dinov2-giant'
    | undefined
  with_cls_token?: true | undefined
  qkv_bias?: boolean | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm?: boolean | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm (`ln1`) after the last block. */
  final_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface EdgeNeXtConfig {
  type: 'EdgeNeXt'
  /** A name, or the numbers. */
  arch?:
    | 'small'
    | 'base'
    | {
        /** Width of each stage. */
        channels: number[]
        /** Blocks a stage. */
        depths: number[]
        num_heads: number[]
      }
    | 'xxsmall'
    | 'xsmall'
    | undefined
  in_channels?: number | undefined
  /** How many of each stage's last blocks have attention. */
  global_blocks?: number[] | undefined
  /** What those are called, stage by stage; there is one kind. */
  global_block_type?: ('None' | 'SDTA')[] | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Of blocks without attention, above 0: layer scale that starts there. Those with attention start at 1e-6. */
  layer_scale_init_value?: number | undefined
  /** Linear layers for the 1×1 convolutions: the same numbers, parameters of another shape. */
  linear_pw_conv?: boolean | undefined
  /** How much wider feed-forward layers are, of blocks with attention. */
  mlp_ratio?: number | undefined
  /** Side of each stage's depthwise kernels. */
  conv_kernel_sizes?: number[] | undefined
  /** Whether blocks with attention know their places, stage by stage. */
  use_pos_embd_csa?: boolean[] | undefined
  /** Positions added after the first stage. */
  use_pos_embd_global?: boolean | undefined
  /** Parts of the channels in blocks with attention, stage by stage. */
  d2_scales?: number[] | undefined
  /** Default LN2d with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze so many stages with what leads to them. */
  frozen_stages?: number | undefined
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm?: boolean | undefined
  /** Of blocks without attention; default GELU. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface EfficientNetConfig {
  type: 'EfficientNet'
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Freeze so many layers. */
  frozen_stages?: number | undefined
  /** Padding as TensorFlow's `same`, which pretrained weights want, or half a kernel on every side (V2: of strided convolutions; its stem then has none). */
  conv_cfg?:
    | {
        type: 'Conv2d' | 'Conv2dAdaptivePadding' | 'Conv'
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  arch?: 'b0' | 'b1' | 'b2' | 'b3' | 'b4' | 'b5' | 'b6' | 'b7' | 'b8' | 'l2' | 'es' | 'em' | 'el' | undefined
  /** Layers whose output is returned, from 0; 6 is the last 1×1. */
  out_indices?: number[] | undefined
}

export interface EfficientNetV2Config {
  type: 'EfficientNetV2'
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Freeze so many layers. */
  frozen_stages?: number | undefined
  /** Padding as TensorFlow's `same`, which pretrained weights want, or half a kernel on every side (V2: of strided convolutions; its stem then has none). */
  conv_cfg?:
    | {
        type: 'Conv2d' | 'Conv2dAdaptivePadding' | 'Conv'
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  arch?: 's' | 'small' | 'l' | 'large' | 'm' | 'medium' | 'b0' | 'b1' | 'b2' | 'b3' | 'xl' | undefined
  in_channels?: number | undefined
  /** Layers whose output is returned, stem and last 1×1 included; negative counts from the end. */
  out_indices?: number | number[] | undefined
}

export interface ExponentialMovingAverageConfig {
  type: 'ExponentialMovingAverage'
  momentum?: number | undefined
  /** Updates between two that average. */
  interval?: number | undefined
  /** Average the buffers (running statistics), too; otherwise the average has the model's own. */
  update_buffers?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: the average stands where the model does. */
  device?: string | null | undefined
}

export interface FocalLossConfig {
  type: 'FocalLoss'
  /** How strongly what is already right is played down. */
  gamma?: number | undefined
  /** Weight of the positive answers; the negative ones have 1 − alpha. */
  alpha?: number | undefined
  reduction?: 'none' | 'mean' | 'sum' | undefined
  loss_weight?: number | undefined
}

export interface GELUConfig {
  type: 'GELU'
}

export interface GNConfig {
  type: 'GN'
  num_groups: number
  /** Added to the variance. */
  eps?: number | undefined
  /** False: no weight and bias. */
  affine?: boolean | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface GeneralizedMeanPoolingConfig {
  type: 'GeneralizedMeanPooling'
  /** The mean's power: 1 is the ordinary mean, more goes towards the maximum. */
  p?: number | undefined
  /** Least value that a power is taken of. */
  eps?: number | undefined
  /** Raise smaller values to `eps` first. */
  clamp?: boolean | undefined
  /** Train the power. */
  p_trainable?: boolean | undefined
}

export interface GlobalAveragePoolingConfig {
  type: 'GlobalAveragePooling'
  /** Spatial axes of a feature: 2 for images. */
  dim?: 1 | 2 | 3 | undefined
}

export interface HOGGeneratorConfig {
  type: 'HOGGenerator'
  /** Directions that gradients are counted by. */
  nbins?: number | undefined
  /** Pixels a side of a cell. */
  pool?: number | undefined
  /** Pixels a side of the Gaussian windows that gradients are weighed by; 0: none. */
  gaussian_window?: number | undefined
}

export interface HRFuseScalesConfig {
  type: 'HRFuseScales'
  /** Width of each of the four branches. */
  in_channels: number[]
  out_channels?: number | undefined
  /** Of the convolutions between and behind the branches. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface HRNetConfig {
  type: 'HRNet'
  arch?: 'w18' | 'w30' | 'w32' | 'w40' | 'w44' | 'w48' | 'w64' | undefined
  /** The numbers of the four stages, instead of `arch`. */
  extra?:
    | {
        stage1: {
          num_modules: number
          num_branches: number
          block: 'BASIC' | 'BOTTLENECK'
          /** Blocks of each branch. */
          num_blocks: number[]
          /** Width inside the blocks of each branch. */
          num_channels: number[]
        }
        stage2: {
          num_modules: number
          num_branches: number
          block: 'BASIC' | 'BOTTLENECK'
          /** Blocks of each branch. */
          num_blocks: number[]
          /** Width inside the blocks of each branch. */
          num_channels: number[]
        }
        stage3: {
          num_modules: number
          num_branches: number
          block: 'BASIC' | 'BOTTLENECK'
          /** Blocks of each branch. */
          num_blocks: number[]
          /** Width inside the blocks of each branch. */
          num_channels: number[]
        }
        stage4: {
          num_modules: number
          num_branches: number
          block: 'BASIC' | 'BOTTLENECK'
          /** Blocks of each branch. */
          num_blocks: number[]
          /** Width inside the blocks of each branch. */
          num_channels: number[]
        }
      }
    | null
    | undefined
  in_channels?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start the last norm of each block at zero, from the second stage on. */
  zero_init_residual?: boolean | undefined
  /** All four branches are returned, or (false) the first alone. */
  multiscale_output?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface HSigmoidConfig {
  type: 'HSigmoid'
  bias?: number | undefined
  divisor?: number | undefined
  min_value?: number | undefined
  max_value?: number | undefined
}

export interface HSwishConfig {
  type: 'HSwish'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface HardswishConfig {
  type: 'Hardswish'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface HiViTConfig {
  type: 'HiViT'
  /** A name (`base` or `b`, …) or the numbers; `embed_dims` and `num_heads` are those of the main stage, the last. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | {
        embed_dims: number
        depths: number[]
        num_heads: number
      }
    | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | undefined
  /** Cells a side that each patch is cut into; each stage before the main one halves them. */
  inner_patches?: number | undefined
  in_chans?: number | undefined
  stem_mlp_ratio?: number | undefined
  mlp_ratio?: number | undefined
  qkv_bias?: boolean | undefined
  qk_scale?: number | null | undefined
  drop_rate?: number | undefined
  attn_drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Blocks whose output is returned; the last entry always means the last block of the main stage. */
  out_indices?: number[] | undefined
  /** Absolute positions. */
  ape?: boolean | undefined
  /** A learnt bias for each offset. */
  rpe?: boolean | undefined
  patch_norm?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  kernel_size?: number | [number, number] | null | undefined
  pad_size?: number | null | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface HorNetConfig {
  type: 'HorNet'
  /** A name, or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | {
        /** Width of the first stage; each stage doubles it. */
        base_dim: number
        /** Blocks a stage. */
        depths: number[]
        /** Orders of interaction in each stage. */
        orders: number[]
        /** A depthwise convolution (DW), or a learnt filter of the spectrum with it (GF), in each stage. */
        dw_cfg: (
          | {
              type: 'DW'
              kernel_size?: number | undefined
            }
          | {
              type: 'GF'
              h?: number | undefined
              w?: number | undefined
            }
        )[]
      }
    | 't-gf'
    | 'tiny-gf'
    | 's-gf'
    | 'small-gf'
    | 'b-gf'
    | 'base-gf'
    | 'b-gf384'
    | 'base-gf384'
    | 'l-gf'
    | 'large-gf'
    | 'l-gf384'
    | 'large-gf384'
    | undefined
  in_channels?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Factor of the gates. */
  scale?: number | undefined
  /** Layer scale that starts at 1e-5. */
  use_layer_scale?: boolean | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze the first stage (0) and so many more, with what leads to them; −1: nothing. */
  frozen_stages?: number | undefined
  with_cp?: false | undefined
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface IdentityConfig {
  type: 'Identity'
}

export interface ImageClassifierConfig {
  type: 'ImageClassifier'
  backbone: ComponentConfig<ModelTypes>
  /** What stands between backbone and head; a list is a sequence, each neck fed by the one before it. */
  neck?: ComponentConfig<ModelTypes> | readonly ComponentConfig<ModelTypes>[] | null | undefined
  /** Without one the model only extracts features. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** `augments` (Mixup, CutMix, …) and their `probs`: handed to the preprocessor as `batch_augments`. */
  train_cfg?:
    | {
        augments?: ComponentConfig<BatchAugmentTypes> | readonly ComponentConfig<BatchAugmentTypes>[] | undefined
        probs?: number | number[] | null | undefined
      }
    | null
    | undefined
  /** Default type: ClsDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LNConfig {
  type: 'LN'
  /** Added to the variance. MMPreTrain's ViT asks for 1e-6. */
  eps?: number | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface LN2dConfig {
  type: 'LN2d'
  /** Added to the variance. */
  eps?: number | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface LabelSmoothLossConfig {
  type: 'LabelSmoothLoss'
  /** How much of the target is spread over all classes. */
  label_smooth_val: number
  /** Checked against the scores when given. */
  num_classes?: number | null | undefined
  /** Default: true for mode 'multi_label', false otherwise. */
  use_sigmoid?: boolean | null | undefined
  mode?: 'original' | 'classy_vision' | 'multi_label' | undefined
  reduction?: 'none' | 'mean' | 'sum' | undefined
  loss_weight?: number | undefined
  class_weight?: number[] | null | undefined
  pos_weight?: number | number[] | null | undefined
}

export interface LatentCrossCorrelationHeadConfig {
  type: 'LatentCrossCorrelationHead'
  /** Width of the features. */
  in_channels: number
  /** CrossCorrelationLoss. */
  loss: ComponentConfig<ModelTypes>
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LatentPredictHeadConfig {
  type: 'LatentPredictHead'
  /** Such as CosineSimilarityLoss. */
  loss: ComponentConfig<ModelTypes>
  /** A neck, such as NonLinearNeck. */
  predictor: ComponentConfig<ModelTypes>
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LeNet5Config {
  type: 'LeNet5'
  /** Above 0: with a classifier of so many classes. */
  num_classes?: number | undefined
}

export interface LeViTConfig {
  type: 'LeViT'
  /** A name, or the numbers. */
  arch:
    | {
        /** Width of each stage. */
        embed_dims: number[]
        num_heads: number[]
        /** Pairs of attention and feed-forward layer a stage. */
        depths: number[]
        /** Width of a head's queries and keys in each stage. */
        key_dims: number[]
      }
    | '128s'
    | '128'
    | '192'
    | '256'
    | '384'
  /** Side of the images, in pixels; others are refused. */
  img_size?: number | undefined
  /** Four convolutions halve the image: 16. */
  patch_size?: number | undefined
  /** How much wider values are than queries and keys. */
  attn_ratio?: number | undefined
  /** Of the feed-forward layers; 0: none. */
  mlp_ratio?: number | undefined
  /** Default HSwish. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** The form for inference: norms are folded into what is before them. */
  deploy?: boolean | undefined
  /** Stochastic depth, the same in all blocks. */
  drop_path_rate?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LeViTClsHeadConfig {
  type: 'LeViTClsHead'
  num_classes?: number | undefined
  /** A second layer that learnt from a teacher; predictions are the mean of both. Such a head predicts, and does not train. */
  distillation?: boolean | undefined
  in_channels: number
  /** Accepted for recipes' sake: MMPreTrain's head stays as it is, too. */
  deploy?: boolean | undefined
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LeakyReLUConfig {
  type: 'LeakyReLU'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
  /** Slope below zero. */
  negative_slope?: number | undefined
}

export interface LinearClsHeadConfig {
  type: 'LinearClsHead'
  num_classes: number
  in_channels: number
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LinearNeckConfig {
  type: 'LinearNeck'
  in_channels: number
  out_channels: number
  /** Spatial axes to average over first: 2 for feature maps, 0 for vectors. */
  gap_dim?: 0 | 1 | 2 | 3 | undefined
  /** After the layer. Default BN1d; null: none. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** After the norm. Default: none. */
  act_cfg?: ComponentConfig<ModelTypes> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface LoRAModelConfig {
  type: 'LoRAModel'
  /** The backbone, with the weights that it starts from in its `init_cfg`. */
  module: ComponentConfig<ModelTypes>
  /** A branch counts alpha / rank. */
  alpha?: number | undefined
  /** Width of the branches; 0: each target says its own. */
  rank?: number | undefined
  /** Dropout of what goes into a branch. */
  drop_rate?: number | undefined
  /** The Linears that get a branch: by name, with options of their own where they differ. The first that fits counts. */
  targets: {
    /** A regular expression for the layer's whole dotted name, or how the name ends. */
    type: string
    alpha?: number | undefined
    rank?: number | undefined
    drop_rate?: number | undefined
  }[]
  layer_depth?: 'reference' | 'strict' | undefined
}

export interface MAEConfig {
  type: 'MAE'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MAEHiViTConfig {
  type: 'MAEHiViT'
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  mask_ratio?: number | undefined
  /** A name (`base` or `b`, …) or the numbers; `embed_dims` and `num_heads` are those of the main stage, the last. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | {
        embed_dims: number
        depths: number[]
        num_heads: number
      }
    | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | undefined
  /** Cells a side that each patch is cut into; each stage before the main one halves them. */
  inner_patches?: number | undefined
  in_chans?: number | undefined
  stem_mlp_ratio?: number | undefined
  mlp_ratio?: number | undefined
  qkv_bias?: boolean | undefined
  qk_scale?: number | null | undefined
  drop_rate?: number | undefined
  attn_drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Blocks whose output is returned; the last entry always means the last block of the main stage. */
  out_indices?: number[] | undefined
  /** Absolute positions. */
  ape?: boolean | undefined
  /** A learnt bias for each offset. */
  rpe?: boolean | undefined
  patch_norm?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  kernel_size?: number | [number, number] | null | undefined
  pad_size?: number | null | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MAEPretrainDecoderConfig {
  type: 'MAEPretrainDecoder'
  /** Values predicted for each patch; default its pixels. */
  predict_feature_dim?: number | null | undefined
  /** A square number. */
  num_patches?: number | undefined
  patch_size?: number | undefined
  in_chans?: number | undefined
  /** Width of the encoder's tokens. */
  embed_dim?: number | undefined
  /** Width of its own tokens. */
  decoder_embed_dim?: number | undefined
  /** How many blocks it has. */
  decoder_depth?: number | undefined
  /** Attention heads of each. */
  decoder_num_heads?: number | undefined
  mlp_ratio?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MAEPretrainHeadConfig {
  type: 'MAEPretrainHead'
  /** Such as PixelReconstructionLoss. */
  loss: ComponentConfig<ModelTypes>
  /** Each patch of the target is normalized by its own mean and deviation. */
  norm_pix?: boolean | undefined
  patch_size?: number | undefined
  in_channels?: number | undefined
}

export interface MAEViTConfig {
  type: 'MAEViT'
  mask_ratio?: number | undefined
  /** A name (`b`, `deit-s`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 'huge'
    | 'h'
    | 'dinov2-s'
    | 'dinov2-small'
    | 'dinov2-g'
    | 'dinov2-giant'
    | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  drop_rate?: number | undefined
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  final_norm?: boolean | undefined
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MIMHeadConfig {
  type: 'MIMHead'
  /** Such as PixelReconstructionLoss or CosineSimilarityLoss. */
  loss: ComponentConfig<ModelTypes>
}

export interface MViTConfig {
  type: 'MViT'
  /** A name, or the numbers. */
  arch?:
    | 'small'
    | 'base'
    | 'large'
    | 'tiny'
    | {
        embed_dims: number
        num_layers: number
        /** Of the first blocks. */
        num_heads: number
        /** Blocks, from 0, whose queries are pooled by 2: each begins a scale. */
        downscale_indices: number[]
      }
    | undefined
  /** Pixels; other sizes work too. */
  img_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Scales whose normed output is returned; negative counts from the end. */
  out_scales?: number | number[] | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  use_abs_pos_embed?: boolean | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  /** Of the convolutions that pool queries, keys and values. */
  pool_kernel?: [number, number] | undefined
  /** By how much each scale is wider than the one before it. */
  dim_mul?: number | undefined
  /** By how much each scale has more heads. */
  head_mul?: number | undefined
  /** Stride of the first scale's keys and values; it halves at each scale, down to 1. */
  adaptive_kv_stride?: number | undefined
  /** Learnt biases of row and column offsets. */
  rel_pos_spatial?: boolean | undefined
  /** Add the pooled queries to what they attend to. */
  residual_pooling?: boolean | undefined
  /** Widen in the attention of a scale's first block; otherwise in the feed-forward layer of the block before it. */
  dim_mul_in_attention?: boolean | undefined
  /** Those biases start at 0. */
  rel_pos_zero_init?: boolean | undefined
  mlp_ratio?: number | undefined
  qkv_bias?: boolean | undefined
  /** Default LN with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Default 7×7 patches at a stride of 4, padded by 3. */
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MaskFeatConfig {
  type: 'MaskFeat'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MaskFeatViTConfig {
  type: 'MaskFeatViT'
  /** A name (`b`, `deit-s`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 'huge'
    | 'h'
    | 'dinov2-s'
    | 'dinov2-small'
    | 'dinov2-g'
    | 'dinov2-giant'
    | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  drop_rate?: number | undefined
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  final_norm?: boolean | undefined
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MixMIMConfig {
  type: 'MixMIM'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MixMIMPretrainDecoderConfig {
  type: 'MixMIMPretrainDecoder'
  /** Pixels a side that one token of the encoder stands for. */
  encoder_stride?: number | undefined
  /** A square number. */
  num_patches?: number | undefined
  patch_size?: number | undefined
  in_chans?: number | undefined
  /** Width of the encoder's tokens. */
  embed_dim?: number | undefined
  /** Width of its own tokens. */
  decoder_embed_dim?: number | undefined
  /** How many blocks it has. */
  decoder_depth?: number | undefined
  /** Attention heads of each. */
  decoder_num_heads?: number | undefined
  mlp_ratio?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MixMIMPretrainHeadConfig {
  type: 'MixMIMPretrainHead'
  /** Such as PixelReconstructionLoss. */
  loss: ComponentConfig<ModelTypes>
  /** Each patch of the target is normalized by its own mean and deviation. */
  norm_pix?: boolean | undefined
  /** Filled in by MixMIM: the stride of its encoder. */
  patch_size?: number | undefined
}

export interface MixMIMPretrainTransformerConfig {
  type: 'MixMIMPretrainTransformer'
  mask_ratio?: number | undefined
  /** The ratio grows by a random share of this in each step. */
  range_mask_ratio?: number | undefined
  /** A name (`base` or `b`, …) or the numbers. */
  arch?:
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'huge'
    | 'h'
    | {
        embed_dims: number
        /** Blocks a stage. */
        depths: number[]
        /** Heads a stage. */
        num_heads: number[]
      }
    | undefined
  mlp_ratio?: number | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Of each stage. */
  window_size?: number[] | undefined
  qkv_bias?: boolean | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  attn_drop_rate?: number | undefined
  use_checkpoint?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MixMIMTransformerConfig {
  type: 'MixMIMTransformer'
  /** A name (`base` or `b`, …) or the numbers. */
  arch?:
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'huge'
    | 'h'
    | {
        embed_dims: number
        /** Blocks a stage. */
        depths: number[]
        /** Heads a stage. */
        num_heads: number[]
      }
    | undefined
  mlp_ratio?: number | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Of each stage. */
  window_size?: number[] | undefined
  qkv_bias?: boolean | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  attn_drop_rate?: number | undefined
  use_checkpoint?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MlpMixerConfig {
  type: 'MlpMixer'
  /** A name (`base` or `b`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | {
        embed_dims: number
        num_layers: number
        /** Width of the layers that mix places. */
        tokens_mlp_dims: number
        /** Width of the layers that mix channels. */
        channels_mlp_dims: number
      }
    | undefined
  /** Pixels; images of another size are refused. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  drop_rate?: number | undefined
  /** Stochastic depth, the same in all blocks. */
  drop_path_rate?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        tokens_mlp_dims?: number | undefined
        channels_mlp_dims?: number | undefined
        drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        tokens_mlp_dims?: number | undefined
        channels_mlp_dims?: number | undefined
        drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MoCoConfig {
  type: 'MoCo'
  /** Features of earlier batches that the batch is told from; a multiple of the batch size. */
  queue_len?: number | undefined
  /** Width of a feature: what the neck gives. */
  feat_dim?: number | undefined
  /** The new weights' share in the momentum encoder. */
  momentum?: number | undefined
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MoCoV2NeckConfig {
  type: 'MoCoV2Neck'
  in_channels: number
  /** Width of the hidden layer. */
  hid_channels: number
  out_channels: number
  /** Average feature maps over their places first. */
  with_avg_pool?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MoCoV3Config {
  type: 'MoCoV3'
  /** The new weights' share in the momentum encoder at the start; it falls to 0 along a cosine over the run. */
  base_momentum?: number | undefined
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MoCoV3HeadConfig {
  type: 'MoCoV3Head'
  /** A neck, such as NonLinearNeck. */
  predictor: ComponentConfig<ModelTypes>
  /** Such as CrossEntropyLoss. */
  loss: ComponentConfig<ModelTypes>
  /** Similarities are divided by this. */
  temperature?: number | undefined
}

export interface MoCoV3ViTConfig {
  type: 'MoCoV3ViT'
  /** A name (`b`, `mocov3-small`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 'huge'
    | 'h'
    | 'dinov2-s'
    | 'dinov2-small'
    | 'dinov2-g'
    | 'dinov2-giant'
    | 'mocov3-s'
    | 'mocov3-small'
    | undefined
  /** The patch embedding keeps its random start. */
  stop_grad_conv1?: boolean | undefined
  /** −1: nothing; 0: the embeddings; more: so many blocks, too. */
  frozen_stages?: number | undefined
  /** Of effect on batch norms only, of which a ViT has none unless norm_cfg says so. */
  norm_eval?: boolean | undefined
  qkv_bias?: boolean | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm?: boolean | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm (`ln1`) after the last block. */
  final_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  with_cls_token?: boolean | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MobileNetV2Config {
  type: 'MobileNetV2'
  /** All widths times this, in multiples of 8. */
  widen_factor?: number | undefined
  /** Stages whose output is returned, from 0; 7 is the last 1×1. */
  out_indices?: number[] | undefined
  /** Freeze the first convolution (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MobileNetV3Config {
  type: 'MobileNetV3'
  arch?: 'small' | 'large' | 'small_075' | 'small_050' | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Layers whose output is returned, from 0. Default: the last. */
  out_indices?: number[] | null | undefined
  /** Freeze the layers up to this one, from 0; −1: nothing. */
  frozen_stages?: number | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MobileOneConfig {
  type: 'MobileOne'
  /** A name, or the numbers of the four stages. */
  arch:
    | {
        /** Pairs of a depthwise and a 1×1 block a stage. */
        num_blocks: number[]
        /** Width of each stage over 64 · 2ⁱ. */
        width_factor: number[]
        /** Convolutions side by side in each block. */
        num_conv_branches: number[]
        /** How many of a stage's last pairs have squeeze and excitation. */
        num_se_blocks: number[]
      }
    | 's0'
    | 's1'
    | 's2'
    | 's3'
    | 's4'
  in_channels?: number | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Squeeze and excitation, where the architecture has it. */
  se_cfg?:
    | {
        ratio?: number | undefined
        divisor?: number | undefined
      }
    | undefined
  /** The form for inference: each block is one convolution, `branch_reparam`. */
  deploy?: boolean | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MobileViTConfig {
  type: 'MobileViT'
  /** A name, or a row for each stage, as MMPreTrain has them. */
  arch?:
    | 'small'
    | (['mobilenetv2', number, number, number, number] | ['mobilevit', number, number, number, number, number, number])[]
    | 'x_small'
    | 'xx_small'
    | undefined
  in_channels?: number | undefined
  stem_channels?: number | undefined
  /** How much wider the last 1×1 is. */
  last_exp_factor?: number | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze so many stages; the stem stays free. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Of the stem and the last 1×1; the stages have BN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Of the stem and the last 1×1; the stages have Swish. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MomentumAnnealingEMAConfig {
  type: 'MomentumAnnealingEMA'
  momentum?: number | undefined
  /** The larger, the longer young weights count for more. */
  gamma?: number | undefined
  /** Updates between two that average. */
  interval?: number | undefined
  /** Average the buffers (running statistics), too; otherwise the average has the model's own. */
  update_buffers?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: the average stands where the model does. */
  device?: string | null | undefined
}

export interface MultiLabelClsHeadConfig {
  type: 'MultiLabelClsHead'
  /** Default: cross entropy of each class for itself (`use_sigmoid`). */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** Classes with at least this probability are predicted. Default 0.5, unless `topk` is given. */
  thr?: number | null | undefined
  /** So many classes are predicted, the most probable ones; only without `thr`. */
  topk?: number | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface MultiLabelLinearClsHeadConfig {
  type: 'MultiLabelLinearClsHead'
  num_classes: number
  in_channels: number
  /** Default: cross entropy of each class for itself (`use_sigmoid`). */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** Classes with at least this probability are predicted. Default 0.5, unless `topk` is given. */
  thr?: number | null | undefined
  /** So many classes are predicted, the most probable ones; only without `thr`. */
  topk?: number | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface NonLinearNeckConfig {
  type: 'NonLinearNeck'
  in_channels: number
  /** Width of the layers before the last. */
  hid_channels: number
  out_channels: number
  /** Linear layers. */
  num_layers?: number | undefined
  /** A bias in all but the last. */
  with_bias?: boolean | undefined
  /** A norm behind the last. */
  with_last_bn?: boolean | undefined
  /** That norm learns weight and bias. */
  with_last_bn_affine?: boolean | undefined
  /** A bias in the last. */
  with_last_bias?: boolean | undefined
  /** Average feature maps over their places first. */
  with_avg_pool?: boolean | undefined
  /** Default SyncBN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface PCPVTConfig {
  type: 'PCPVT'
  in_channels?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  qkv_bias?: boolean | undefined
  drop_rate?: number | undefined
  attn_drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm behind every stage, or behind those that a list says. */
  norm_after_stage?: boolean | boolean[] | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name, or the numbers of each stage. */
  arch:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | {
        embed_dims: number[]
        depths: number[]
        num_heads: number[]
        patch_sizes: number[]
        strides: number[]
        mlp_ratios: number[]
        /** Places along each axis that global attention sums up as one. */
        sr_ratios: number[]
      }
}

export interface PixelReconstructionLossConfig {
  type: 'PixelReconstructionLoss'
  /** How a difference counts: by its size, or squared. */
  criterion: 'L1' | 'L2'
  /** What a masked loss is divided by besides: the channels, where they are an axis of their own. */
  channel?: number | null | undefined
}

export interface PoolFormerConfig {
  type: 'PoolFormer'
  /** Side of the window that a block takes the mean of. */
  pool_size?: number | undefined
  /** Freeze the stem (0, MMPreTrain's default) and so many parts; −1: nothing. */
  frozen_stages?: number | undefined
  /** A name, or the numbers. */
  arch?:
    | {
        /** Blocks a stage. */
        layers: number[]
        /** Width of each stage. */
        embed_dims: number[]
        /** How much wider each stage's feed-forward layers are; default 4. */
        mlp_ratios?: number[] | undefined
        /** Where the layer scales start; default 1e-5. */
        layer_scale_init_value?: number | undefined
      }
    | 's12'
    | 's24'
    | 's36'
    | 'm36'
    | 'm48'
    | undefined
  /** Default: group norm of one group. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Kernel of the stem's convolution. */
  in_patch_size?: number | undefined
  /** By which the stem's convolution makes the image smaller. */
  in_stride?: number | undefined
  /** Zeros around the image before it. */
  in_pad?: number | undefined
  /** Kernel of the convolutions between stages. */
  down_patch_size?: number | undefined
  /** By which they make the map smaller. */
  down_stride?: number | undefined
  /** Zeros around the map before them. */
  down_pad?: number | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Parts whose normed output is returned, stages and the convolutions between them counted alike: 0, 2, 4 and 6 are stages. */
  out_indices?: number | number[] | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface PyramidVigConfig {
  type: 'PyramidVig'
  in_channels?: number | undefined
  /** Neighbours of each place. */
  k?: number | undefined
  /** What is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Default GELU. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Of stem and graph convolutions; default BN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** The graph convolutions have a bias. */
  graph_conv_bias?: boolean | undefined
  /** How a place learns from its neighbours. */
  graph_conv_type?: 'edge' | 'mr' | 'sage' | 'gin' | undefined
  /** How often `use_stochastic` draws. */
  epsilon?: number | undefined
  /** In training, neighbours are sometimes any of the nearest `k` times dilation. */
  use_stochastic?: boolean | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path?: number | undefined
  /** Batch norms keep to their running statistics in training, too; the stem's do so always, as MMPreTrain's. */
  norm_eval?: boolean | undefined
  /** Freeze so many, from the first; 0: nothing. */
  frozen_stages?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name, or the numbers. */
  arch:
    | 'small'
    | 'base'
    | 'tiny'
    | 'medium'
    | {
        /** Blocks of each stage. */
        blocks: number[]
        /** Width of each stage. */
        channels: number[]
      }
}

export interface RIFormerConfig {
  type: 'RIFormer'
  in_channels?: number | undefined
  /** Freeze the stem, the first part (0) and so many more; −1: nothing. */
  frozen_stages?: number | undefined
  /** The form for inference: norm and affine layer are one norm, `norm_reparam`. */
  deploy?: boolean | undefined
  /** A name, or the numbers. */
  arch?:
    | {
        /** Blocks a stage. */
        layers: number[]
        /** Width of each stage. */
        embed_dims: number[]
        /** How much wider each stage's feed-forward layers are; default 4. */
        mlp_ratios?: number[] | undefined
        /** Where the layer scales start; default 1e-5. */
        layer_scale_init_value?: number | undefined
      }
    | 's12'
    | 's24'
    | 's36'
    | 'm36'
    | 'm48'
    | undefined
  /** Default: group norm of one group. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Kernel of the stem's convolution. */
  in_patch_size?: number | undefined
  /** By which the stem's convolution makes the image smaller. */
  in_stride?: number | undefined
  /** Zeros around the image before it. */
  in_pad?: number | undefined
  /** Kernel of the convolutions between stages. */
  down_patch_size?: number | undefined
  /** By which they make the map smaller. */
  down_stride?: number | undefined
  /** Zeros around the map before them. */
  down_pad?: number | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Parts whose normed output is returned, stages and the convolutions between them counted alike: 0, 2, 4 and 6 are stages. */
  out_indices?: number | number[] | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ReLUConfig {
  type: 'ReLU'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface ReLU6Config {
  type: 'ReLU6'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface RegNetConfig {
  type: 'RegNet'
  stem_channels?: number | undefined
  /** Of no effect: the architecture gives the widths. Accepted for recipes' sake. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down?: boolean | undefined
  deep_stem?: false | undefined
  in_channels?: number | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name, or the six numbers. */
  arch:
    | 'regnetx_400mf'
    | 'regnetx_800mf'
    | 'regnetx_1.6gf'
    | 'regnetx_3.2gf'
    | 'regnetx_4.0gf'
    | 'regnetx_6.4gf'
    | 'regnetx_8.0gf'
    | 'regnetx_12gf'
    | {
        w0: number
        wa: number
        wm: number
        group_w: number
        depth: number
        bot_mul: number
      }
}

export interface RepLKNetConfig {
  type: 'RepLKNet'
  /** A name, or the numbers. */
  arch:
    | {
        /** Side of each stage's large kernels. */
        large_kernel_sizes: number[]
        /** Pairs of a large convolution and a feed-forward layer a stage. */
        layers: number[]
        /** Width of each stage. */
        channels: number[]
        /** Side of the kernels beside the large ones; null: none. */
        small_kernel: number | null
        /** How much wider the large convolutions are than their stage. */
        dw_ratio: number
      }
    | '31B'
    | '31L'
    | 'XL'
  in_channels?: number | undefined
  /** How much wider feed-forward layers are inside. */
  ffn_ratio?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** One number a stage; MMPreTrain's stages halve the map whatever they say, and so do these. */
  strides?: number[] | undefined
  /** One number a stage, without effect as in MMPreTrain. */
  dilations?: number[] | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Without effect, as in MMPreTrain: norms are BN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Without effect, as in MMPreTrain: activations are ReLU and, in feed-forward layers, GELU. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  with_cp?: false | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** The form for inference: large and small kernel are one, `lkb_reparam`. */
  small_kernel_merged?: boolean | undefined
  /** Accepted as in MMPreTrain: outputs are normed always. */
  norm_intermediate_features?: boolean | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface RepVGGConfig {
  type: 'RepVGG'
  /** A name, or the numbers. */
  arch:
    | {
        /** Blocks a stage. */
        num_blocks: number[]
        /** Width of each stage over base_channels · 2ⁱ. */
        width_factor: number[]
        /** Groups of the blocks that have more than one, by the block's number from 1. */
        group_layer_map?:
          | {
              [key: string]: number
            }
          | null
          | undefined
        /** Squeeze and excitation of each block; default none. */
        se_cfg?:
          | {
              ratio?: number | undefined
              divisor?: number | undefined
            }
          | null
          | undefined
        /** The stem is no wider than this; default 64. */
        stem_channels?: number | undefined
      }
    | 'A0'
    | 'A1'
    | 'A2'
    | 'B0'
    | 'B1'
    | 'B1g2'
    | 'B1g4'
    | 'B2'
    | 'B2g2'
    | 'B2g4'
    | 'B3'
    | 'B3g2'
    | 'B3g4'
    | 'D2se'
    | 'yolox-pai-small'
  in_channels?: number | undefined
  base_channels?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  with_cp?: false | undefined
  /** The form for inference: each block is one convolution, `branch_reparam`, with squeeze and excitation, which MMPreTrain's then leaves out. */
  deploy?: boolean | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  /** Poolings of growing reach after the last stage. */
  add_ppf?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface Res2NetConfig {
  type: 'Res2Net'
  deep_stem?: boolean | undefined
  avg_down?: boolean | undefined
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  depth: 50 | 101 | 152
  /** Parts that a block's channels are cut into. */
  scales?: number | undefined
  /** Width of a part where base_channels is 64. */
  base_width?: number | undefined
}

export interface ResNeStConfig {
  type: 'ResNeSt'
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  groups?: number | undefined
  /** Branches that split attention weighs against one another. */
  radix?: number | undefined
  /** How much narrower the attention is inside. */
  reduction_factor?: number | undefined
  /** Stride by pooling behind the 3×3 instead of in it. */
  avg_down_stride?: boolean | undefined
  width_per_group?: number | undefined
  depth: 50 | 101 | 152 | 200 | 269
}

export interface ResNeXtConfig {
  type: 'ResNeXt'
  /** Three 3×3 convolutions instead of one 7×7. */
  deep_stem?: boolean | undefined
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down?: boolean | undefined
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  groups?: number | undefined
  width_per_group?: number | undefined
  depth: 50 | 101 | 152
}

export interface ResNetConfig {
  type: 'ResNet'
  /** Three 3×3 convolutions instead of one 7×7. */
  deep_stem?: boolean | undefined
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down?: boolean | undefined
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  depth: 18 | 50 | 101 | 152 | 34
}

export interface ResNetV1cConfig {
  type: 'ResNetV1c'
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  depth: 18 | 50 | 101 | 152 | 34
}

export interface ResNetV1dConfig {
  type: 'ResNetV1d'
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  depth: 18 | 50 | 101 | 152 | 34
}

export interface ResNet_CIFARConfig {
  type: 'ResNet_CIFAR'
  /** The stem is one 3×3 convolution: there is no deep one. */
  deep_stem?: false | undefined
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down?: boolean | undefined
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  depth: 18 | 50 | 101 | 152 | 34
}

export interface SEResNeXtConfig {
  type: 'SEResNeXt'
  /** Three 3×3 convolutions instead of one 7×7. */
  deep_stem?: boolean | undefined
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down?: boolean | undefined
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** How much narrower the excitation is inside. */
  se_ratio?: number | undefined
  groups?: number | undefined
  width_per_group?: number | undefined
  depth: 50 | 101 | 152
}

export interface SEResNetConfig {
  type: 'SEResNet'
  /** Three 3×3 convolutions instead of one 7×7. */
  deep_stem?: boolean | undefined
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down?: boolean | undefined
  num_stages?: number | undefined
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion?: number | null | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  in_channels?: number | undefined
  /** Width of the stem. */
  stem_channels?: number | undefined
  /** Width of the first stage, before its expansion. */
  base_channels?: number | undefined
  strides?: number[] | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style?: 'pytorch' | 'caffe' | undefined
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: batch norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  with_cp?: false | undefined
  /** Start each block's last norm at zero. */
  zero_init_residual?: boolean | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** How much narrower the excitation is inside. */
  se_ratio?: number | undefined
  depth: 50 | 101 | 152
}

export interface SVTConfig {
  type: 'SVT'
  in_channels?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  qkv_bias?: boolean | undefined
  drop_rate?: number | undefined
  attn_drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm behind every stage, or behind those that a list says. */
  norm_after_stage?: boolean | boolean[] | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name, or the numbers of each stage. */
  arch:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | {
        /** Side of each stage's windows. */
        window_sizes: number[]
        embed_dims: number[]
        depths: number[]
        num_heads: number[]
        patch_sizes: number[]
        strides: number[]
        mlp_ratios: number[]
        /** Places along each axis that global attention sums up as one. */
        sr_ratios: number[]
      }
}

export interface SeesawLossConfig {
  type: 'SeesawLoss'
  /** Only false is offered. */
  use_sigmoid?: false | undefined
  /** Strength of the mitigation: rare classes are punished less by frequent ones. */
  p?: number | undefined
  /** Strength of the compensation: classes that are mistaken for the right one are punished more. */
  q?: number | undefined
  num_classes?: number | undefined
  /** Least probability of the right class that others are compared with. */
  eps?: number | undefined
  reduction?: 'none' | 'mean' | 'sum' | undefined
  loss_weight?: number | undefined
}

export interface SiLUConfig {
  type: 'SiLU'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface SigmoidConfig {
  type: 'Sigmoid'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface SimCLRConfig {
  type: 'SimCLR'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface SimMIMConfig {
  type: 'SimMIM'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface SimMIMHeadConfig {
  type: 'SimMIMHead'
  /** Pixels a side that one entry of the mask stands for. */
  patch_size: number
  /** Such as PixelReconstructionLoss. */
  loss: ComponentConfig<ModelTypes>
}

export interface SimMIMLinearDecoderConfig {
  type: 'SimMIMLinearDecoder'
  in_channels: number
  /** Pixels a side that one place of the map stands for. */
  encoder_stride: number
}

export interface SimMIMSwinTransformerConfig {
  type: 'SimMIMSwinTransformer'
  /** A name (`tiny` or `t`, …) or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | {
        embed_dims: number
        /** Blocks a stage. */
        depths: number[]
        /** Heads a stage. */
        num_heads: number[]
      }
    | undefined
  /** Pixels, one number or [height, width]; other sizes work, too. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  window_size?: number | undefined
  /** Dropout behind the embedding. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Return a stage's output behind its downsampling. */
  out_after_downsample?: boolean | undefined
  use_abs_pos_embed?: boolean | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  with_cp?: false | undefined
  /** Freeze the embedding and the stages up to this one, from 0; −1: nothing. */
  frozen_stages?: number | undefined
  /** Of effect on batch norms only, of which Swin has none unless norm_cfg says so. */
  norm_eval?: boolean | undefined
  /** Pad a map that is smaller than a window instead of refusing it. */
  pad_small_map?: boolean | undefined
  /** Of the outputs; null: none. Default layer norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** For all stages, or one object a stage. */
  stage_cfgs?:
    | {
        window_size?: number | undefined
        pad_small_map?: boolean | undefined
        downsample_cfg?:
          | {
              kernel_size?: number | [number, number] | undefined
              stride?: number | [number, number] | undefined
              padding?: number | [number, number] | 'corner' | 'same' | undefined
              bias?: boolean | undefined
              /** Channels behind it; default twice as many. */
              out_channels?: number | undefined
              /** null: none. */
              norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
            }
          | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }[]
          | undefined
      }
    | {
        window_size?: number | undefined
        pad_small_map?: boolean | undefined
        downsample_cfg?:
          | {
              kernel_size?: number | [number, number] | undefined
              stride?: number | [number, number] | undefined
              padding?: number | [number, number] | 'corner' | 'same' | undefined
              bias?: boolean | undefined
              /** Channels behind it; default twice as many. */
              out_channels?: number | undefined
              /** null: none. */
              norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
            }
          | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }[]
          | undefined
      }[]
    | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface SimSiamConfig {
  type: 'SimSiam'
  backbone: ComponentConfig<ModelTypes>
  neck?: ComponentConfig<ModelTypes> | null | undefined
  /** What compares the features, and has the loss. */
  head?: ComponentConfig<ModelTypes> | null | undefined
  /** What the features are compared with, where that is not the image itself. */
  target_generator?: ComponentConfig<ModelTypes> | null | undefined
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained?: string | null | undefined
  /** Default type: SelfSupDataPreprocessor. */
  data_preprocessor?: ComponentConfig<DataPreprocessorTypes> | Omit<ClsDataPreprocessorConfig, 'type'> | null | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface StackedLinearClsHeadConfig {
  type: 'StackedLinearClsHead'
  num_classes: number
  in_channels: number
  /** Widths of the hidden layers. */
  mid_channels: number[]
  /** After each hidden layer. */
  dropout_rate?: number | undefined
  /** After each hidden layer. Default: none. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** After each hidden layer. Default ReLU; null: none. */
  act_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface StochasticWeightAverageConfig {
  type: 'StochasticWeightAverage'
  /** Updates between two that average. */
  interval?: number | undefined
  /** Average the buffers (running statistics), too; otherwise the average has the model's own. */
  update_buffers?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: the average stands where the model does. */
  device?: string | null | undefined
}

export interface SwinTransformerConfig {
  type: 'SwinTransformer'
  /** A name (`tiny` or `t`, …) or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | {
        embed_dims: number
        /** Blocks a stage. */
        depths: number[]
        /** Heads a stage. */
        num_heads: number[]
      }
    | undefined
  /** Pixels, one number or [height, width]; other sizes work, too. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  window_size?: number | undefined
  /** Dropout behind the embedding. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Return a stage's output behind its downsampling. */
  out_after_downsample?: boolean | undefined
  use_abs_pos_embed?: boolean | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  with_cp?: false | undefined
  /** Freeze the embedding and the stages up to this one, from 0; −1: nothing. */
  frozen_stages?: number | undefined
  /** Of effect on batch norms only, of which Swin has none unless norm_cfg says so. */
  norm_eval?: boolean | undefined
  /** Pad a map that is smaller than a window instead of refusing it. */
  pad_small_map?: boolean | undefined
  /** Of the outputs; null: none. Default layer norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** For all stages, or one object a stage. */
  stage_cfgs?:
    | {
        window_size?: number | undefined
        pad_small_map?: boolean | undefined
        downsample_cfg?:
          | {
              kernel_size?: number | [number, number] | undefined
              stride?: number | [number, number] | undefined
              padding?: number | [number, number] | 'corner' | 'same' | undefined
              bias?: boolean | undefined
              /** Channels behind it; default twice as many. */
              out_channels?: number | undefined
              /** null: none. */
              norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
            }
          | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }[]
          | undefined
      }
    | {
        window_size?: number | undefined
        pad_small_map?: boolean | undefined
        downsample_cfg?:
          | {
              kernel_size?: number | [number, number] | undefined
              stride?: number | [number, number] | undefined
              padding?: number | [number, number] | 'corner' | 'same' | undefined
              bias?: boolean | undefined
              /** Channels behind it; default twice as many. */
              out_channels?: number | undefined
              /** null: none. */
              norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
            }
          | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    qk_scale?: number | null | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }[]
          | undefined
      }[]
    | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface SwinTransformerV2Config {
  type: 'SwinTransformerV2'
  /** A name (`tiny` or `t`, …) or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | 'huge'
    | 'h'
    | 'g'
    | 'giant'
    | {
        /** Every so many blocks of a stage end in a norm; 0: none. */
        extra_norm_every_n_blocks: number
        embed_dims: number
        /** Blocks a stage. */
        depths: number[]
        /** Heads a stage. */
        num_heads: number[]
      }
    | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Of all stages, or one number a stage. */
  window_size?: number | number[] | undefined
  /** Dropout behind the embedding. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  use_abs_pos_embed?: boolean | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  with_cp?: false | undefined
  /** Freeze the embedding and the stages up to this one, from 0; −1: nothing. */
  frozen_stages?: number | undefined
  /** Batch norms keep to their running statistics in training; Swin has none unless norm_cfg says so. */
  norm_eval?: boolean | undefined
  /** Pad a map that is smaller than a window instead of refusing it. */
  pad_small_map?: boolean | undefined
  /** Of the outputs; null: none. Default layer norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  /** For all stages, or one object a stage. */
  stage_cfgs?:
    | {
        window_size?: number | undefined
        pad_small_map?: boolean | undefined
        pretrained_window_size?: number | undefined
        downsample_cfg?:
          | {
              use_post_norm?: boolean | undefined
              kernel_size?: number | [number, number] | undefined
              stride?: number | [number, number] | undefined
              padding?: number | [number, number] | 'corner' | 'same' | undefined
              bias?: boolean | undefined
              /** Channels behind it; default twice as many. */
              out_channels?: number | undefined
              /** null: none. */
              norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
            }
          | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              extra_norm?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              pretrained_window_size?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                    /** Width of the network that gives each offset its bias. */
                    cpb_mlp_hidden_dims?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              extra_norm?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              pretrained_window_size?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                    /** Width of the network that gives each offset its bias. */
                    cpb_mlp_hidden_dims?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }[]
          | undefined
      }
    | {
        window_size?: number | undefined
        pad_small_map?: boolean | undefined
        pretrained_window_size?: number | undefined
        downsample_cfg?:
          | {
              use_post_norm?: boolean | undefined
              kernel_size?: number | [number, number] | undefined
              stride?: number | [number, number] | undefined
              padding?: number | [number, number] | 'corner' | 'same' | undefined
              bias?: boolean | undefined
              /** Channels behind it; default twice as many. */
              out_channels?: number | undefined
              /** null: none. */
              norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
            }
          | undefined
        /** For all blocks of the stage, or one object a block. */
        block_cfgs?:
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              extra_norm?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              pretrained_window_size?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                    /** Width of the network that gives each offset its bias. */
                    cpb_mlp_hidden_dims?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }
          | {
              window_size?: number | undefined
              pad_small_map?: boolean | undefined
              extra_norm?: boolean | undefined
              /** Width of the feed-forward layer over the block's. */
              ffn_ratio?: number | undefined
              drop_path?: number | undefined
              pretrained_window_size?: number | undefined
              norm_cfg?: ComponentConfig<ModelTypes> | undefined
              attn_cfgs?:
                | {
                    qkv_bias?: boolean | undefined
                    attn_drop?: number | undefined
                    proj_drop?: number | undefined
                    /** Width of the network that gives each offset its bias. */
                    cpb_mlp_hidden_dims?: number | undefined
                  }
                | undefined
              ffn_cfgs?:
                | {
                    feedforward_channels?: number | undefined
                    num_fcs?: number | undefined
                    ffn_drop?: number | undefined
                    act_cfg?: ComponentConfig<ModelTypes> | undefined
                  }
                | undefined
            }[]
          | undefined
      }[]
    | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  /** Side of each stage's windows in pretraining; 0: as here. */
  pretrained_window_sizes?: number[] | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface SwishConfig {
  type: 'Swish'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface SyncBNConfig {
  type: 'SyncBN'
  /** Added to the variance. */
  eps?: number | undefined
  /** How much of each batch goes into the running statistics; null: the average of all batches so far. */
  momentum?: number | null | undefined
  /** False: no weight and bias. */
  affine?: boolean | undefined
  /** False: no running statistics; evaluation normalizes by its own batch, too. */
  track_running_stats?: boolean | undefined
  /** False freezes weight and bias. */
  requires_grad?: boolean | undefined
}

export interface T2T_ViTConfig {
  type: 'T2T_ViT'
  /** Side of the images, in pixels; other sizes work too, with resized positions. */
  img_size?: number | undefined
  in_channels?: number | undefined
  embed_dims?: number | undefined
  num_layers?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm after the last block. */
  final_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  with_cls_token?: boolean | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  /** How images become tokens: `token_dims`, default 64. */
  t2t_cfg?:
    | {
        /** Width of the tokens before the last step. */
        token_dims?: number | undefined
        use_performer?: false | undefined
      }
    | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        /** What queries · keys are multiplied by; default 1/√(channels that come in, per head). Of no effect where `qk_scaling` is 'mmpretrain'. */
        qk_scale?: number | null | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        /** What queries · keys are multiplied by; default 1/√(channels that come in, per head). Of no effect where `qk_scaling` is 'mmpretrain'. */
        qk_scale?: number | null | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** What queries · keys are multiplied by. paper: 1/√(channels that come in, per head), or `qk_scale`, as the authors' code and the published weights
   * have it; mmpretrain: √(channels per head), as MMPreTrain 1.x computes (its documentation says otherwise). */
  qk_scaling?: 'paper' | 'mmpretrain' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface TanhConfig {
  type: 'Tanh'
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace?: boolean | undefined
}

export interface TinyViTConfig {
  type: 'TinyViT'
  /** A name, or the numbers. */
  arch?:
    | {
        /** Width of each stage. */
        channels: number[]
        num_heads: number[]
        /** Blocks a stage; those of the first are convolutions. */
        depths: number[]
      }
    | '5m'
    | '11m'
    | '21m'
    | undefined
  /** Pixels. Nothing depends on it here; images of any size work. */
  img_size?: number | [number, number] | undefined
  /** Side of each stage's windows; the first stage has none. */
  window_size?: number[] | undefined
  in_channels?: number | undefined
  mlp_ratio?: number | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Only false is offered: nothing is computed twice to save memory. */
  use_checkpoint?: false | undefined
  /** How much wider the convolutions of the first stage are inside. */
  mbconv_expand_ratio?: number | undefined
  /** Side of the blocks' depthwise kernels. */
  local_conv_size?: number | undefined
  /** Accepted for recipes' sake, without effect in MMPreTrain either: layer decay is the optimizer constructor's. */
  layer_lr_decay?: number | undefined
  /** Stages whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Freeze so many stages; the patch embedding stays free. */
  frozen_stages?: number | undefined
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm?: boolean | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Of the norms behind the stages; default LN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface VANConfig {
  type: 'VAN'
  /** A name, or the numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 't'
    | 'tiny'
    | {
        /** Width of each stage. */
        embed_dims: number[]
        /** Blocks a stage. */
        depths: number[]
        /** How much wider each stage's feed-forward layers are. */
        ffn_ratios: number[]
      }
    | undefined
  /** Kernel of each stage's first convolution; it strides by half of it. */
  patch_sizes?: number[] | undefined
  in_channels?: number | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Stages whose output is returned, from 0. */
  out_indices?: number[] | undefined
  /** Freeze the first stage (0) and so many more; −1: nothing. */
  frozen_stages?: number | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  /** Of the norm behind each stage; default LN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** What blocks have otherwise: `act_cfg`, `norm_cfg` (BN), `layer_scale_init_value` (0.01). */
  block_cfgs?:
    | {
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
        layer_scale_init_value?: number | undefined
      }
    | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface VGGConfig {
  type: 'VGG'
  depth: 11 | 13 | 16 | 19
  /** Above 0: with a classifier of so many classes, for images of 224 × 224. */
  num_classes?: number | undefined
  num_stages?: number | undefined
  dilations?: number[] | undefined
  /** Stages whose output is returned, from 0. Default: the last, or only the classifier's where there is one. */
  out_indices?: number[] | null | undefined
  /** Freeze so many stages; −1: nothing. */
  frozen_stages?: number | undefined
  conv_cfg?:
    | {
        type?: 'Conv2d' | 'Conv' | undefined
      }
    | null
    | undefined
  /** Default: no norm. */
  norm_cfg?: ComponentConfig<ModelTypes> | null | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval?: boolean | undefined
  /** Poolings round their size up. */
  ceil_mode?: boolean | undefined
  /** Whether the last stage ends in a pooling, too. */
  with_last_pool?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface VQKDConfig {
  type: 'VQKD'
  /** Options of a BEiTViT that gives a feature map. */
  encoder_config: {
    [key: string]: unknown
  }
  /** Training a tokenizer is not offered, and so there is no decoder. */
  decoder_config?: null | undefined
  /** Words. */
  num_embed?: number | undefined
  /** Width of a word's vector. */
  embed_dims?: number | undefined
  /** Of training; without effect. */
  decay?: number | undefined
  /** Of training; without effect. */
  beta?: number | undefined
  /** Of training; without effect. */
  quantize_kmeans_init?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ViTEVA02Config {
  type: 'ViTEVA02'
  /** A norm inside the feed-forward layers. */
  sub_ln?: boolean | undefined
  attn_drop_rate?: number | undefined
  proj_drop_rate?: number | undefined
  qkv_bias?: boolean | undefined
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm?: boolean | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        feedforward_channels?: number | undefined
        sub_ln?: boolean | undefined
        attn_drop?: number | undefined
        proj_drop?: number | undefined
        qkv_bias?: boolean | undefined
        qk_scale?: number | null | undefined
        proj_bias?: boolean | undefined
        drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        feedforward_channels?: number | undefined
        sub_ln?: boolean | undefined
        attn_drop?: number | undefined
        proj_drop?: number | undefined
        qkv_bias?: boolean | undefined
        qk_scale?: number | null | undefined
        proj_bias?: boolean | undefined
        drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm (`ln1`) after the last block. */
  final_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  with_cls_token?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name (`base` or `b`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 't'
    | 'tiny'
    | 'ti'
    | undefined
}

export interface ViTSAMConfig {
  type: 'ViTSAM'
  /** A name (`base` or `b`, …) or the numbers. */
  arch?:
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'huge'
    | 'h'
    | {
        /** Blocks that attend over the whole map. */
        global_attn_indexes: number[]
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | undefined
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Channels of the outputs, by two convolutions; 0: those of the blocks. */
  out_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** raw and featmap: maps [batch, rows, columns, channels]; avg_featmap: their means. */
  out_type?: 'raw' | 'featmap' | 'avg_featmap' | undefined
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  qkv_bias?: boolean | undefined
  use_abs_pos?: boolean | undefined
  use_rel_pos?: boolean | undefined
  /** Side of the windows of those blocks that do not attend over the whole map. */
  window_size?: number | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
        use_rel_pos?: boolean | undefined
        window_size?: number | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
        use_rel_pos?: boolean | undefined
        window_size?: number | undefined
      }[]
    | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface VigConfig {
  type: 'Vig'
  /** Neighbours lie further apart in each four blocks. */
  use_dilation?: boolean | undefined
  /** Near places count as more alike. */
  relative_pos?: boolean | undefined
  in_channels?: number | undefined
  /** Neighbours of each place. */
  k?: number | undefined
  /** What is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Default GELU. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Of stem and graph convolutions; default BN. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** The graph convolutions have a bias. */
  graph_conv_bias?: boolean | undefined
  /** How a place learns from its neighbours. */
  graph_conv_type?: 'edge' | 'mr' | 'sage' | 'gin' | undefined
  /** How often `use_stochastic` draws. */
  epsilon?: number | undefined
  /** In training, neighbours are sometimes any of the nearest `k` times dilation. */
  use_stochastic?: boolean | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path?: number | undefined
  /** Batch norms keep to their running statistics in training, too; the stem's do so always, as MMPreTrain's. */
  norm_eval?: boolean | undefined
  /** Freeze so many, from the first; 0: nothing. */
  frozen_stages?: number | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name, or the numbers. */
  arch:
    | 'small'
    | 'base'
    | 'tiny'
    | {
        num_blocks: number
        channels: number
      }
}

export interface VigClsHeadConfig {
  type: 'VigClsHead'
  num_classes: number
  in_channels: number
  /** Width of the hidden layer. */
  hidden_dim?: number | undefined
  /** After the hidden layer. Default GELU. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Before the last layer. */
  dropout?: number | undefined
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface VisionTransformerConfig {
  type: 'VisionTransformer'
  qkv_bias?: boolean | undefined
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value?: number | undefined
  /** For all blocks, or one object a block. */
  layer_cfgs?:
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }
    | {
        num_heads?: number | undefined
        feedforward_channels?: number | undefined
        layer_scale_init_value?: number | undefined
        drop_rate?: number | undefined
        attn_drop_rate?: number | undefined
        drop_path_rate?: number | undefined
        num_fcs?: number | undefined
        qkv_bias?: boolean | undefined
        ffn_type?: 'origin' | 'swiglu_fused' | undefined
        act_cfg?: ComponentConfig<ModelTypes> | undefined
        norm_cfg?: ComponentConfig<ModelTypes> | undefined
      }[]
    | undefined
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm?: boolean | undefined
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size?: number | [number, number] | undefined
  patch_size?: number | [number, number] | undefined
  in_channels?: number | undefined
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices?: number | number[] | undefined
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate?: number | undefined
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate?: number | undefined
  /** Default layer norm with eps 1e-6. */
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  /** A norm (`ln1`) after the last block. */
  final_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  with_cls_token?: boolean | undefined
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages?: number | undefined
  interpolate_mode?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area' | undefined
  patch_cfg?:
    | {
        conv_type?: 'Conv2d' | undefined
        kernel_size?: number | [number, number] | undefined
        stride?: number | [number, number] | undefined
        padding?: number | [number, number] | 'corner' | 'same' | undefined
        dilation?: number | [number, number] | undefined
        bias?: boolean | undefined
      }
    | undefined
  layer_depth?: 'reference' | 'strict' | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
  /** A name (`b`, `deit-s`, …) or the four numbers. */
  arch?:
    | 's'
    | 'small'
    | 'b'
    | 'base'
    | 'l'
    | 'large'
    | 'eva-g'
    | 'eva-giant'
    | 'deit-t'
    | 'deit-tiny'
    | 'deit-s'
    | 'deit-small'
    | 'deit-b'
    | 'deit-base'
    | {
        embed_dims: number
        num_layers: number
        num_heads: number
        feedforward_channels: number
      }
    | 'huge'
    | 'h'
    | 'dinov2-s'
    | 'dinov2-small'
    | 'dinov2-g'
    | 'dinov2-giant'
    | undefined
}

export interface VisionTransformerClsHeadConfig {
  type: 'VisionTransformerClsHead'
  num_classes: number
  in_channels: number
  /** Width of a hidden layer before the last, none by default. */
  hidden_dim?: number | null | undefined
  /** After the hidden layer. Default tanh. */
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  /** Default: cross entropy. */
  loss?: ComponentConfig<ModelTypes> | undefined
  /** For `cal_acc`. */
  topk?: number | number[] | undefined
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc?: boolean | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface XCiTConfig {
  type: 'XCiT'
  /** Pixels; a multiple of patch_size. Other sizes work too. */
  img_size?: number | [number, number] | undefined
  /** A patch is embedded by four strided convolutions (16) or three (8). */
  patch_size?: 8 | 16 | undefined
  in_channels?: number | undefined
  embed_dims?: number | undefined
  /** Blocks of attention among channels. */
  depth?: number | undefined
  /** Blocks in which the class token learns from the patches. */
  cls_attn_layers?: number | undefined
  num_heads?: number | undefined
  mlp_ratio?: number | undefined
  qkv_bias?: boolean | undefined
  drop_rate?: number | undefined
  attn_drop_rate?: number | undefined
  /** Stochastic depth, the same in all blocks but the last `cls_attn_layers`. */
  drop_path_rate?: number | undefined
  /** Sines and cosines of each place, through a 1×1 convolution. */
  use_pos_embed?: boolean | undefined
  layer_scale_init_value?: number | undefined
  /** The class attention's second norm is of all tokens, not of the class token alone. */
  tokens_norm?: boolean | undefined
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the mean of the patches. */
  out_type?: 'raw' | 'cls_token' | 'featmap' | 'avg_featmap' | undefined
  /** Blocks whose output is returned, of both kinds one after the other; negative counts from the end. */
  out_indices?: number | number[] | undefined
  final_norm?: boolean | undefined
  /** Freeze the embeddings (0) and the blocks before this one; −1: nothing. */
  frozen_stages?: number | undefined
  /** Of the convolutions' norms; default BN. */
  bn_norm_cfg?: ComponentConfig<ModelTypes> | undefined
  norm_cfg?: ComponentConfig<ModelTypes> | undefined
  act_cfg?: ComponentConfig<ModelTypes> | undefined
  init_cfg?: ComponentConfig<WeightInitializerTypes> | ComponentConfig<WeightInitializerTypes>[] | null | undefined
}

export interface ClsDataPreprocessorConfig {
  type: 'ClsDataPreprocessor'
  /** Per channel, on values 0 to 255, after the channels are flipped. Together with `std`, or neither. */
  mean?: number[] | null | undefined
  std?: number[] | null | undefined
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb?: boolean | undefined
  pad_size_divisor?: number | undefined
  pad_value?: number | undefined
  /** Labels as scores, one a class. */
  to_onehot?: boolean | undefined
  num_classes?: number | null | undefined
  /** Mixup and its kin; they turn labels into scores. */
  batch_augments?:
    | {
        augments: ComponentConfig<BatchAugmentTypes> | readonly ComponentConfig<BatchAugmentTypes>[]
        /** Of each augment; what is left to 1 changes nothing. Default: one of them, evenly. */
        probs?: number | number[] | null | undefined
      }
    | null
    | undefined
}

export interface SelfSupDataPreprocessorConfig {
  type: 'SelfSupDataPreprocessor'
  /** Per channel, on values 0 to 255, after the channels are flipped. Together with `std`, or neither. */
  mean?: number[] | null | undefined
  std?: number[] | null | undefined
  pad_size_divisor?: number | undefined
  pad_value?: number | undefined
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb?: boolean | undefined
  /** The same. */
  bgr_to_rgb?: boolean | undefined
  /** The same. */
  rgb_to_bgr?: boolean | undefined
  /** Accepted for PyTorch's recipes, without effect. */
  non_blocking?: boolean | undefined
}

export interface TwoNormDataPreprocessorConfig {
  type: 'TwoNormDataPreprocessor'
  mean?: number[] | null | undefined
  std?: number[] | null | undefined
  pad_size_divisor?: number | undefined
  pad_value?: number | undefined
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb?: boolean | undefined
  /** Accepted for PyTorch's recipes, without effect. */
  non_blocking?: boolean | undefined
  /** Of the second view: what the target is made of. */
  second_mean: number[]
  /** The same. */
  second_std: number[]
}

export interface CutMixConfig {
  type: 'CutMix'
  /** The ratio is drawn from Beta(alpha, alpha). */
  alpha: number
  /** Smallest and largest share of either side; then the ratio does not decide the box. */
  cutmix_minmax?: [number, number] | null | undefined
  /** Labels follow the area that is really covered. */
  correct_lam?: boolean | undefined
}

export interface MixupConfig {
  type: 'Mixup'
  /** The ratio is drawn from Beta(alpha, alpha). */
  alpha: number
}

export interface ResizeMixConfig {
  type: 'ResizeMix'
  /** The drawn ratio is moved into this range. */
  lam_min?: number | undefined
  lam_max?: number | undefined
  /** How the other image is shrunk. */
  interpolation?: 'bilinear' | undefined
  /** The ratio is drawn from Beta(alpha, alpha). */
  alpha: number
  /** Smallest and largest share of either side; then the ratio does not decide the box. */
  cutmix_minmax?: [number, number] | null | undefined
  /** Labels follow the area that is really covered. */
  correct_lam?: boolean | undefined
}

export interface CIFAR10Config {
  type: 'CIFAR10'
  split?: 'train' | 'test' | undefined
  /** The folder that holds the data set's own files, or that its archive was unpacked in. */
  data_root?: string | undefined
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ root }`. */
  data_prefix?:
    | string
    | {
        root: string
      }
    | undefined
  /** Accepted for recipes' sake: nothing is downloaded here. */
  download?: boolean | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface CIFAR100Config {
  type: 'CIFAR100'
  split?: 'train' | 'test' | undefined
  /** The folder that holds the data set's own files, or that its archive was unpacked in. */
  data_root?: string | undefined
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ root }`. */
  data_prefix?:
    | string
    | {
        root: string
      }
    | undefined
  /** Accepted for recipes' sake: nothing is downloaded here. */
  download?: boolean | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface CUBConfig {
  type: 'CUB'
  /** The folder that holds `images`, `images.txt`, `image_class_labels.txt` and `train_test_split.txt`. */
  data_root: string
  split?: 'train' | 'test' | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface ClassBalancedDatasetConfig {
  type: 'ClassBalancedDataset'
  dataset: ComponentConfig<DatasetTypes>
  /** Classes that are in fewer than this share of the samples are repeated. */
  oversample_thr: number
  /** Accepted for MMEngine's recipes, without effect: annotations are read at first use. */
  lazy_init?: boolean | undefined
}

export interface ConcatDatasetConfig {
  type: 'ConcatDataset'
  datasets: readonly ComponentConfig<DatasetTypes>[]
  /** Facts (metainfo) that may differ between the data sets; the first one's count. */
  ignore_keys?: string | string[] | null | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are read at first use. */
  lazy_init?: boolean | undefined
}

export interface CustomDatasetConfig {
  type: 'CustomDataset'
  /** The folder that holds a folder for each class. */
  data_root: string
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ img_path }`. */
  data_prefix?:
    | string
    | {
        img_path: string
      }
    | undefined
  /** A text file below `data_root`, a line an image: its path below the folder, and its class index. Without it the folders are the classes. */
  ann_file?: string | undefined
  with_label?: boolean | undefined
  extensions?: string[] | undefined
  /** Class names in order; the folders' names, sorted, when absent. */
  classes?: string[] | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface FashionMNISTConfig {
  type: 'FashionMNIST'
  /** Default: test where `test_mode` is on, as MMPreTrain's recipes expect, else train. */
  split?: 'train' | 'test' | undefined
  /** The folder that holds the data set's own files, or that its archive was unpacked in. */
  data_root?: string | undefined
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ root }`. */
  data_prefix?:
    | string
    | {
        root: string
      }
    | undefined
  /** Accepted for recipes' sake: nothing is downloaded here. */
  download?: boolean | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface ImageNetConfig {
  type: 'ImageNet'
  /** Sets `data_prefix`, and `ann_file` where meta/SPLIT.txt exists; test images have no labels. */
  split?: '' | 'train' | 'test' | 'val' | undefined
  extensions?: string[] | undefined
  /** The folder that holds a folder for each class. */
  data_root: string
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ img_path }`. */
  data_prefix?:
    | string
    | {
        img_path: string
      }
    | undefined
  /** A text file below `data_root`, a line an image: its path below the folder, and its class index. Without it the folders are the classes. */
  ann_file?: string | undefined
  with_label?: boolean | undefined
  /** Class names in order; the folders' names, sorted, when absent. */
  classes?: string[] | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface ImageNet21kConfig {
  type: 'ImageNet21k'
  /** Sets `data_prefix`; there is only the one. */
  split?: '' | 'train' | undefined
  /** Only false is offered. */
  multi_label?: false | undefined
  extensions?: string[] | undefined
  /** The folder that holds a folder for each class. */
  data_root: string
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ img_path }`. */
  data_prefix?:
    | string
    | {
        img_path: string
      }
    | undefined
  /** A text file below `data_root`, a line an image: its path below the folder, and its class index. Without it the folders are the classes. */
  ann_file?: string | undefined
  with_label?: boolean | undefined
  /** Class names in order; the folders' names, sorted, when absent. */
  classes?: string[] | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface KFoldDatasetConfig {
  type: 'KFoldDataset'
  dataset: ComponentConfig<DatasetTypes>
  /** Which part is held back, from 0. */
  fold?: number | undefined
  /** How many parts there are. */
  num_splits?: number | undefined
  /** The part that is held back, instead of the others. */
  test_mode?: boolean | undefined
  /** Shuffle before splitting; null: parts are runs of the data set. All folds need the same. */
  seed?: number | null | undefined
}

export interface MNISTConfig {
  type: 'MNIST'
  /** Default: test where `test_mode` is on, as MMPreTrain's recipes expect, else train. */
  split?: 'train' | 'test' | undefined
  /** The folder that holds the data set's own files, or that its archive was unpacked in. */
  data_root?: string | undefined
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ root }`. */
  data_prefix?:
    | string
    | {
        root: string
      }
    | undefined
  /** Accepted for recipes' sake: nothing is downloaded here. */
  download?: boolean | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface MNISTDigitsConfig {
  type: 'MNISTDigits'
  split?: 'train' | 'test' | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface MultiLabelDatasetConfig {
  type: 'MultiLabelDataset'
  data_root?: string | undefined
  /** A JSON file below `data_root`: `{ metainfo: { classes }, data_list: [{ img_path, gt_label: [class indices] }] }`. */
  ann_file: string
  /** The folder below `data_root` that image paths start from. */
  data_prefix?:
    | string
    | {
        img_path: string
      }
    | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface RepeatDatasetConfig {
  type: 'RepeatDataset'
  dataset: ComponentConfig<DatasetTypes>
  /** How often the data set comes in an epoch. */
  times: number
  /** Accepted for MMEngine's recipes, without effect: annotations are read at first use. */
  lazy_init?: boolean | undefined
}

export interface VOCConfig {
  type: 'VOC'
  /** The folder of one year, `VOC2007`. */
  data_root: string
  /** Sets `image_set_path`. */
  split?: '' | 'train' | 'test' | 'val' | 'trainval' | undefined
  /** The file below `data_root` that lists the images; default `ImageSets/Main/SPLIT.txt`. */
  image_set_path?: string | undefined
  /** Folders below `data_root`. Without `ann_path`, images have no labels. */
  data_prefix?:
    | string
    | {
        img_path: string
        ann_path?: string | null | undefined
      }
    | undefined
  /** Facts about the data set; wins over what the class or its files say. */
  metainfo?:
    | {
        [key: string]: unknown
      }
    | undefined
  pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
  /** No sample may be dropped: where training draws another one, testing is an error. */
  test_mode?: boolean | undefined
  /** The first n (the last n when negative), or the listed ones. */
  indices?: number | number[] | null | undefined
  /** How many other samples training tries in place of one that the pipeline dropped. */
  max_refetch?: number | undefined
  /** Accepted for MMEngine's recipes, without effect: annotations are always read at first use, which building a loader is. */
  lazy_init?: boolean | undefined
  /** Accepted for MMEngine's recipes, without effect: there are no worker processes to share memory with. */
  serialize_data?: boolean | undefined
}

export interface DefaultSamplerConfig {
  type: 'DefaultSampler'
  /** A new order every epoch; otherwise the data set's own. */
  shuffle?: boolean | undefined
  /** Orders of its own, whatever else the run draws with the same seed; the run's seed alone when null. */
  seed?: number | null | undefined
  /** With several processes, repeat samples so that each gets the same number. */
  round_up?: boolean | undefined
}

export interface InfiniteSamplerConfig {
  type: 'InfiniteSampler'
  shuffle?: boolean | undefined
  /** Orders of its own, whatever else the run draws with the same seed; the run's seed alone when null. */
  seed?: number | null | undefined
}

export interface RepeatAugSamplerConfig {
  type: 'RepeatAugSampler'
  /** A new order every epoch. Without it an epoch is always the same part of the data set. */
  shuffle?: boolean | undefined
  /** How often each sample follows itself, augmented differently each time. */
  num_repeats?: number | undefined
  /** Orders of its own, whatever else the run draws with the same seed; the run's seed alone when null. */
  seed?: number | null | undefined
}

export interface AutoAugmentConfig {
  type: 'AutoAugment'
  /** A preset by name, or lists of augmentations, of which one list is drawn for an image. */
  policies: 'imagenet' | (readonly ComponentConfig<TransformTypes>[])[]
  /** Options for those augmentations that have them and do not say otherwise. */
  hparams?:
    | {
        [key: string]: unknown
      }
    | undefined
}

export interface AutoContrastConfig {
  type: 'AutoContrast'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
}

export interface BEiTMaskGeneratorConfig {
  type: 'BEiTMaskGenerator'
  /** Patches of the image, one number or [rows, columns]. */
  input_size: number | [number, number]
  /** How many of them are hidden. */
  num_masking_patches: number
  /** Smallest area of a block. */
  min_num_patches?: number | undefined
  /** Largest number of patches that a block hides; default all. */
  max_num_patches?: number | null | undefined
  /** Smallest height / width of a block. */
  min_aspect?: number | undefined
  /** Default the inverse of the smallest. */
  max_aspect?: number | null | undefined
}

export interface BrightnessConfig {
  type: 'Brightness'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** 0 leaves the image as it is; the factor is 1 + magnitude. */
  magnitude?: number | null | undefined
}

export interface CenterCropConfig {
  type: 'CenterCrop'
  /** Width and height; one number for both. */
  crop_size: number | [number, number]
  /** Pad an image that is smaller than the crop, below and on the right; otherwise what there is remains. */
  auto_pad?: boolean | undefined
  pad_cfg?:
    | {
        type?: 'Pad' | undefined
        pad_val?: number | number[] | undefined
      }
    | undefined
}

export interface ColorJitterConfig {
  type: 'ColorJitter'
  /** The factor is drawn from 1 ± this, at least 0, or from a range [smallest, largest]. */
  brightness?: number | [number, number] | undefined
  /** The same. */
  contrast?: number | [number, number] | undefined
  /** The same. */
  saturation?: number | [number, number] | undefined
  /** The hue turns by a share of the circle of ± this, or from a range within [−0.5, 0.5]. */
  hue?: number | [number, number] | undefined
  /** Whose arithmetic. */
  backend?: 'pillow' | 'cv2' | undefined
}

export interface ColorTransformConfig {
  type: 'ColorTransform'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** 0 leaves the image as it is; the factor is 1 + magnitude. */
  magnitude?: number | null | undefined
}

export interface ContrastConfig {
  type: 'Contrast'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** 0 leaves the image as it is; the factor is 1 + magnitude. */
  magnitude?: number | null | undefined
}

export interface CutoutConfig {
  type: 'Cutout'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** Height and width in pixels; one number for both. */
  shape?: number | [number, number] | null | undefined
  /** What comes in from outside: one value, or one a channel. */
  pad_val?: number | number[] | undefined
}

export interface EfficientNetCenterCropConfig {
  type: 'EfficientNetCenterCrop'
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'box' | 'lanczos' | 'hamming' | undefined
  /** Whose arithmetic: Pillow's is antialiased, OpenCV's is not. */
  backend?: 'pillow' | 'cv2' | undefined
  /** Side of the result in pixels. */
  crop_size: number
  /** What the crop leaves of a side of crop_size + crop_padding. */
  crop_padding?: number | undefined
}

export interface EfficientNetRandomCropConfig {
  type: 'EfficientNetRandomCrop'
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'box' | 'lanczos' | 'hamming' | undefined
  /** Whose arithmetic: Pillow's is antialiased, OpenCV's is not. */
  backend?: 'pillow' | 'cv2' | undefined
  /** Side of the result in pixels. */
  scale: number
  /** Least share of the image that the part must cover. */
  min_covered?: number | undefined
  /** Of the middle square that is taken when no part is found: what the crop leaves of a side of scale + crop_padding. */
  crop_padding?: number | undefined
  /** Smallest and largest share of the area. */
  crop_ratio_range?: [number, number] | undefined
  /** Smallest and largest width / height. */
  aspect_ratio_range?: [number, number] | undefined
  max_attempts?: number | undefined
}

export interface EqualizeConfig {
  type: 'Equalize'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
}

export interface GaussianBlurConfig {
  type: 'GaussianBlur'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** Standard deviation in pixels. */
  radius?: number | null | undefined
}

export interface InvertConfig {
  type: 'Invert'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
}

export interface LightingConfig {
  type: 'Lighting'
  /** Of the covariance of the pixels' channels. */
  eigval: number[]
  /** Three rows, one a channel; as many columns as there are eigenvalues. */
  eigvec: [number[], number[], number[]]
  /** Deviation of the random share of each eigenvector. */
  alphastd?: number | undefined
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb?: boolean | undefined
}

export interface LoadImageFromFileConfig {
  type: 'LoadImageFromFile'
  /** Three channels, one, or those of the file. */
  color_type?: 'color' | 'grayscale' | 'unchanged' | undefined
  /** Whose weights turn colours into grey; sharp decodes either way. */
  imdecode_backend?: 'pillow' | 'cv2' | undefined
  /** Drop an image that cannot be decoded, instead of an error. */
  ignore_empty?: boolean | undefined
  to_float32?: boolean | undefined
}

export interface MAERandomResizedCropConfig {
  type: 'MAERandomResizedCrop'
  /** Of the result: one number, or [height, width]. */
  size: number | [number, number]
  /** Smallest and largest share of the area. */
  scale?: [number, number] | undefined
  /** Smallest and largest width / height. */
  ratio?: [number, number] | undefined
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'box' | 'lanczos' | 'hamming' | undefined
}

export interface MultiViewConfig {
  type: 'MultiView'
  /** Pipelines, each a list of transforms. */
  transforms: (readonly ComponentConfig<TransformTypes>[])[]
  /** How many views each pipeline makes. */
  num_views: number | number[]
}

export interface NormalizeConfig {
  type: 'Normalize'
  /** Per channel, on values 0 to 255, in the order that the channels have after `to_rgb`. */
  mean: number[]
  std: number[]
  /** Flip the order of the channels (images are loaded as BGR). */
  to_rgb?: boolean | undefined
}

export interface PackInputsConfig {
  type: 'PackInputs'
  input_key?: string | undefined
  /** Further keys that go into the data sample, beside `gt_label` and `gt_score`. */
  algorithm_keys?: string[] | undefined
  /** Keys that go into the data sample's metainfo, where the item has them. */
  meta_keys?: string[] | undefined
}

export interface PadConfig {
  type: 'Pad'
  /** Fixed size [width, height]. */
  size?: [number, number] | null | undefined
  /** Sides become multiples of this. */
  size_divisor?: number | null | undefined
  pad_to_square?: boolean | undefined
  /** A value, one a channel, or { img }; `seg` is accepted and not needed for images. */
  pad_val?:
    | number
    | number[]
    | {
        img?: number | number[] | undefined
        seg?: number | undefined
      }
    | undefined
  padding_mode?: 'edge' | 'constant' | 'reflect' | 'symmetric' | undefined
}

export interface PosterizeConfig {
  type: 'Posterize'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  bits?: number | null | undefined
}

export interface RandAugmentConfig {
  type: 'RandAugment'
  /** A preset by name, or augmentations as configs. */
  policies: readonly ComponentConfig<TransformTypes>[] | 'timm_increasing' | 'simple_increasing'
  /** How many are drawn for an image, with replacement. */
  num_policies: number
  magnitude_level: number
  /** Deviation of the level; 'inf' draws it uniformly from 0 to the level. */
  magnitude_std?: number | 'inf' | undefined
  total_level?: number | undefined
  /** Options for those augmentations that have them and do not say otherwise. */
  hparams?:
    | {
        [key: string]: unknown
      }
    | undefined
}

export interface RandomApplyConfig {
  type: 'RandomApply'
  /** Applied one after the other, all or none. */
  transforms: ComponentConfig<TransformTypes> | readonly ComponentConfig<TransformTypes>[]
  prob?: number | undefined
}

export interface RandomCropConfig {
  type: 'RandomCrop'
  /** Height and width of the result; one number for both. */
  crop_size: number | [number, number]
  /** Added around the image first: everywhere, [left and right, top and bottom], or [left, top, right, bottom]. */
  padding?: number | [number, number] | [number, number, number, number] | null | undefined
  /** Pad an image that is smaller than the crop, instead of refusing it. */
  pad_if_needed?: boolean | undefined
  /** What padding is filled with: one value, or one a channel. */
  pad_val?: number | number[] | undefined
  padding_mode?: 'constant' | undefined
}

export interface RandomErasingConfig {
  type: 'RandomErasing'
  erase_prob?: number | undefined
  /** Smallest and largest share of the area. */
  min_area_ratio?: number | undefined
  max_area_ratio?: number | undefined
  /** Smallest and largest height / width; one number stands for itself and its inverse. */
  aspect_range?: number | [number, number] | undefined
  /** 'const': `fill_color`; 'rand': noise, uniform or (with `fill_std`) normal around `fill_color`. */
  mode?: 'const' | 'rand' | undefined
  fill_color?: number | number[] | undefined
  fill_std?: number | number[] | null | undefined
}

export interface RandomFlipConfig {
  type: 'RandomFlip'
  prob: number
  direction?: 'horizontal' | 'vertical' | 'diagonal' | undefined
}

export interface RandomGrayscaleConfig {
  type: 'RandomGrayscale'
  prob?: number | undefined
  /** The grey image keeps the number of channels. */
  keep_channels?: boolean | undefined
  /** What each channel counts, in the image's order; made to add up to 1. */
  channel_weights?: number[] | undefined
  /** Of no effect besides 'hsv', which is not offered: weights stand in the image's order. */
  color_format?: 'bgr' | 'rgb' | undefined
}

export interface RandomResizedCropConfig {
  type: 'RandomResizedCrop'
  /** Whose arithmetic: Pillow's is antialiased, OpenCV's is not. */
  backend?: 'pillow' | 'cv2' | undefined
  /** Pillow has all but `area`, OpenCV all but `box` and `hamming`. */
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'box' | 'lanczos' | 'hamming' | undefined
  /** Size of the result: one number, or [height, width]. */
  scale: number | [number, number]
  /** Smallest and largest share of the area. */
  crop_ratio_range?: [number, number] | undefined
  /** Smallest and largest width / height. */
  aspect_ratio_range?: [number, number] | undefined
  max_attempts?: number | undefined
}

export interface RandomResizedCropAndInterpolationWithTwoPicConfig {
  type: 'RandomResizedCropAndInterpolationWithTwoPic'
  /** Of the first image: one number, or [width, height]. */
  size: number | [number, number]
  /** Of the second; without it there is none. */
  second_size?: number | [number, number] | null | undefined
  /** Smallest and largest share of the area. */
  scale?: [number, number] | undefined
  /** Smallest and largest width / height. */
  ratio?: [number, number] | undefined
  /** 'random' draws bilinear or bicubic for each image. */
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'lanczos' | 'random' | undefined
  /** How the second image is resized. */
  second_interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'lanczos' | undefined
}

export interface ResizeConfig {
  type: 'Resize'
  /** Whose arithmetic: Pillow's is antialiased, OpenCV's is not. */
  backend?: 'pillow' | 'cv2' | undefined
  /** Pillow has all but `area`, OpenCV all but `box` and `hamming`. */
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'box' | 'lanczos' | 'hamming' | undefined
  /** Width and height; one number for both. */
  scale?: number | [number, number] | null | undefined
  /** In place of `scale`: what width and height are multiplied by; one number for both. */
  scale_factor?: number | [number, number] | null | undefined
  /** The largest size of the same ratio whose long edge fits the longer of `scale`, and its short edge the shorter. */
  keep_ratio?: boolean | undefined
}

export interface ResizeEdgeConfig {
  type: 'ResizeEdge'
  /** Whose arithmetic: Pillow's is antialiased, OpenCV's is not. */
  backend?: 'pillow' | 'cv2' | undefined
  /** Pillow has all but `area`, OpenCV all but `box` and `hamming`. */
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | 'box' | 'lanczos' | 'hamming' | undefined
  scale: number
  edge?: 'short' | 'long' | 'width' | 'height' | undefined
}

export interface RotateConfig {
  type: 'Rotate'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** Degrees, clockwise. */
  angle?: number | null | undefined
  /** What it is turned around, [x, y] in pixels; default the middle. */
  center?: [number, number] | null | undefined
  scale?: number | undefined
  /** What comes in from outside: one value, or one a channel. */
  pad_val?: number | number[] | undefined
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | undefined
}

export interface SharpnessConfig {
  type: 'Sharpness'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** 0 leaves the image as it is; the factor is 1 + magnitude. */
  magnitude?: number | null | undefined
}

export interface ShearConfig {
  type: 'Shear'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  magnitude?: number | null | undefined
  /** What comes in from outside: one value, or one a channel. */
  pad_val?: number | number[] | undefined
  direction?: 'horizontal' | 'vertical' | undefined
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | undefined
}

export interface SimMIMMaskGeneratorConfig {
  type: 'SimMIMMaskGenerator'
  /** Pixels a side of the image. */
  input_size?: number | undefined
  /** Pixels a side of what is hidden at once. */
  mask_patch_size?: number | undefined
  /** Pixels a side of the model's patches. */
  model_patch_size?: number | undefined
  /** The share of the image that is hidden. */
  mask_ratio?: number | undefined
}

export interface SolarizeConfig {
  type: 'Solarize'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** Values from here on are inverted. */
  thr?: number | null | undefined
}

export interface SolarizeAddConfig {
  type: 'SolarizeAdd'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** What is added. */
  magnitude?: number | null | undefined
  thr?: number | undefined
}

export interface TestTimeAugConfig {
  type: 'TestTimeAug'
  /** Lists of transforms: each way to take one of every list makes a view. The last list ends the pipeline (PackInputs). */
  transforms: (readonly ComponentConfig<TransformTypes>[])[]
}

export interface TranslateConfig {
  type: 'Translate'
  /** Chance that it happens at all. */
  prob?: number | undefined
  /** How strong, on a scale to `total_level`. */
  magnitude_level?: number | undefined
  /** What levels 0 and `total_level` mean; instead of a fixed strength. */
  magnitude_range?: [number, number] | null | undefined
  /** Deviation of a normal distribution around the level; 'inf': uniform from 0 to the level; 0 or less: the level itself. */
  magnitude_std?: number | 'inf' | undefined
  /** What MMPreTrain's older policies say of themselves: which option the range is for. Each has only one, so that it changes nothing. */
  magnitude_key?: string | undefined
  total_level?: number | undefined
  /** Chance that the strength changes its sign, where it has one. */
  random_negative_prob?: number | undefined
  /** Share of the width or height; 1 moves everything out of sight. */
  magnitude?: number | null | undefined
  /** What comes in from outside: one value, or one a channel. */
  pad_val?: number | number[] | undefined
  direction?: 'horizontal' | 'vertical' | undefined
  interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'area' | undefined
}

export interface default_collateConfig {
  type: 'default_collate'
}

export interface pseudo_collateConfig {
  type: 'pseudo_collate'
}

export interface ASGDConfig {
  type: 'ASGD'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  lambd?: number | undefined
  alpha?: number | undefined
  /** The step at which averaging begins. */
  t0?: number | undefined
  weight_decay?: number | undefined
  maximize?: boolean | undefined
}

export interface AdadeltaConfig {
  type: 'Adadelta'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  rho?: number | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  maximize?: boolean | undefined
}

export interface AdafactorConfig {
  type: 'Adafactor'
  /** Null with `relative_step`, which makes its own. */
  lr?: number | null | undefined
  /** Of the squared gradient, and of a parameter's scale. */
  eps?: [number, number] | undefined
  /** An update's root mean square is limited to it. */
  clip_threshold?: number | undefined
  /** The squares' average decays by 1 − step^decay_rate. */
  decay_rate?: number | undefined
  /** Of a first moment; null keeps none. */
  beta1?: number | null | undefined
  weight_decay?: number | undefined
  /** The rate is a share of the parameter's root mean square. */
  scale_parameter?: boolean | undefined
  /** The rate falls with the root of the step count. */
  relative_step?: boolean | undefined
  /** Relative steps that begin small. */
  warmup_init?: boolean | undefined
}

export interface AdagradConfig {
  type: 'Adagrad'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  /** The rate falls as 1 / (1 + (step − 1) · lr_decay). */
  lr_decay?: number | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  initial_accumulator_value?: number | undefined
  maximize?: boolean | undefined
}

export interface AdamConfig {
  type: 'Adam'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  betas?: [number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  amsgrad?: boolean | undefined
  maximize?: boolean | undefined
}

export interface AdamWConfig {
  type: 'AdamW'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  betas?: [number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  amsgrad?: boolean | undefined
  maximize?: boolean | undefined
}

export interface AdamaxConfig {
  type: 'Adamax'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  betas?: [number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  maximize?: boolean | undefined
}

export interface AdanConfig {
  type: 'Adan'
  lr?: number | undefined
  betas?: [number, number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  /** All gradients together are scaled down to this norm first; 0 does not clip. Of the optimizer, not of a group. */
  max_grad_norm?: number | undefined
  /** Weight decay as AdamW's, instead of the proximal form. */
  no_prox?: boolean | undefined
  foreach?: boolean | null | undefined
}

export interface LARSConfig {
  type: 'LARS'
  lr: number
  momentum?: number | undefined
  dampening?: number | undefined
  weight_decay?: number | undefined
  nesterov?: boolean | undefined
  /** The trust coefficient. */
  eta?: number | undefined
  /** Keeps the local rate from a division by zero; of the optimizer, not of a group. */
  eps?: number | undefined
}

export interface LambConfig {
  type: 'Lamb'
  lr?: number | undefined
  bias_correction?: boolean | undefined
  betas?: [number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  /** Average gradients (times 1 − beta1) instead of summing them. */
  grad_averaging?: boolean | undefined
  /** All gradients together are scaled down to this norm first; of the optimizer, not of a group. */
  max_grad_norm?: number | undefined
  /** Limit the trust ratio to 1 (LAMBC). */
  trust_clip?: boolean | undefined
  /** Adapt parameters without weight decay, too. */
  always_adapt?: boolean | undefined
}

export interface LionConfig {
  type: 'Lion'
  lr?: number | undefined
  betas?: [number, number] | undefined
  weight_decay?: number | undefined
  /** Weight decay as written, not times the optimizer's `lr`; what a schedule does to the rate it still does to the decay. */
  decoupled_weight_decay?: boolean | undefined
}

export interface MuonConfig {
  type: 'Muon'
  lr?: number | undefined
  weight_decay?: number | undefined
  momentum?: number | undefined
  nesterov?: boolean | undefined
  /** Of the quintic polynomial whose iteration makes a matrix nearly orthogonal. */
  ns_coefficients?: [number, number, number] | undefined
  eps?: number | undefined
  ns_steps?: number | undefined
  /** What the rate of an [A, B] matrix is multiplied by: sqrt(max(1, A/B)) (also null), 0.2 · sqrt(max(A, B)), or sqrt(A/B). */
  adjust_lr_fn?: 'original' | 'match_rms_adamw' | 'spectral_unclamped' | null | undefined
}

export interface NAdamConfig {
  type: 'NAdam'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  betas?: [number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  momentum_decay?: number | undefined
  decoupled_weight_decay?: boolean | undefined
  maximize?: boolean | undefined
}

export interface RAdamConfig {
  type: 'RAdam'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  betas?: [number, number] | undefined
  eps?: number | undefined
  weight_decay?: number | undefined
  decoupled_weight_decay?: boolean | undefined
  maximize?: boolean | undefined
}

export interface RMSpropConfig {
  type: 'RMSprop'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr?: number | undefined
  momentum?: number | undefined
  /** Decay of the squares' average. */
  alpha?: number | undefined
  eps?: number | undefined
  /** Divide by the deviation instead of the root mean square. */
  centered?: boolean | undefined
  weight_decay?: number | undefined
  maximize?: boolean | undefined
}

export interface RpropConfig {
  type: 'Rprop'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  /** The first step's size, for every element. */
  lr?: number | undefined
  /** What a step size is multiplied by when the gradient changed its sign, and when it did not. */
  etas?: [number, number] | undefined
  /** Smallest and largest step size. */
  step_sizes?: [number, number] | undefined
  maximize?: boolean | undefined
}

export interface SGDConfig {
  type: 'SGD'
  foreach?: boolean | null | undefined
  fused?: boolean | null | undefined
  capturable?: boolean | undefined
  /** Differentiating through the optimizer is not offered. */
  differentiable?: false | undefined
  lr: number
  momentum?: number | undefined
  dampening?: number | undefined
  weight_decay?: number | undefined
  nesterov?: boolean | undefined
  maximize?: boolean | undefined
}

export interface AmpOptimWrapperConfig {
  type: 'AmpOptimWrapper'
  /** `bfloat16` (default), or `float32` for none. */
  dtype?: 'float16' | 'bfloat16' | 'float32' | 'float64' | null | undefined
  /** Accepted for recipes that were written for float16: bfloat16 has float32's range, so that nothing needs scaling. */
  loss_scale?:
    | number
    | {
        [key: string]: unknown
      }
    | 'dynamic'
    | undefined
  /** Accepted for recipes; there is no FSDP here. */
  use_fsdp?: false | undefined
  optimizer: ComponentConfig<OptimizerTypes>
  /** One optimizer step for every so many iterations, on the mean of their losses. */
  accumulative_counts?: number | undefined
  clip_grad?:
    | {
        type?: 'norm' | undefined
        /** The gradients together are scaled down to this norm. */
        max_norm: number
        norm_type?: number | 'inf' | undefined
        /** Only false: a loss that is not finite ends the run by itself, and a compiled step cannot look at the norm. */
        error_if_nonfinite?: false | undefined
        foreach?: boolean | null | undefined
      }
    | {
        type: 'value'
        /** Every entry is limited to ± this value. */
        clip_value: number
        foreach?: boolean | null | undefined
      }
    | null
    | undefined
}

export interface OptimWrapperConfig {
  type: 'OptimWrapper'
  optimizer: ComponentConfig<OptimizerTypes>
  /** One optimizer step for every so many iterations, on the mean of their losses. */
  accumulative_counts?: number | undefined
  clip_grad?:
    | {
        type?: 'norm' | undefined
        /** The gradients together are scaled down to this norm. */
        max_norm: number
        norm_type?: number | 'inf' | undefined
        /** Only false: a loss that is not finite ends the run by itself, and a compiled step cannot look at the norm. */
        error_if_nonfinite?: false | undefined
        foreach?: boolean | null | undefined
      }
    | {
        type: 'value'
        /** Every entry is limited to ± this value. */
        clip_value: number
        foreach?: boolean | null | undefined
      }
    | null
    | undefined
}

export interface DefaultOptimWrapperConstructorConfig {
  type: 'DefaultOptimWrapperConstructor'
  optim_wrapper_cfg: {
    type?: string
    optimizer: object
    readonly [key: string]: unknown
  }
  /** Missing or empty: one group of all parameters. */
  paramwise_cfg?:
    | {}
    | {
        /** By a part of the parameter's name, or a regular expression between slashes; the longest key that fits decides alone. */
        custom_keys?:
          | {
              [key: string]: {
                lr_mult?: number | null | undefined
                decay_mult?: number | null | undefined
                [key: string]: unknown
              }
            }
          | null
          | undefined
        /** Of biases outside normalization layers. */
        bias_lr_mult?: number | null | undefined
        bias_decay_mult?: number | null | undefined
        /** Of weights and biases of normalization layers. */
        norm_decay_mult?: number | null | undefined
        dwconv_decay_mult?: number | null | undefined
        /** Of parameters with one dimension. */
        flat_decay_mult?: number | null | undefined
        dcn_offset_lr_mult?: number | null | undefined
        /** Skip a parameter that an earlier module shares, instead of an error. */
        bypass_duplicate?: boolean | null | undefined
        /** Beyond MMEngine: all custom keys and rules that fit count together, instead of the first custom key alone (mmengine#846). */
        combine_rules?: boolean | null | undefined
        /** Beyond MMEngine: parameters not to train, by parts of their names or regular expressions between slashes. */
        frozen?: string[] | null | undefined
        /** Beyond MMEngine: no weight decay for parameters of which the model says so (`noWeightDecay()`, timm's `no_weight_decay`). */
        model_no_weight_decay?: boolean | null | undefined
        /** A slip for `_delete_` in some of MMPreTrain's recipes. */
        _delete?: boolean | null | undefined
      }
    | null
    | undefined
}

export interface LearningRateDecayOptimWrapperConstructorConfig {
  type: 'LearningRateDecayOptimWrapperConstructor'
  optim_wrapper_cfg: {
    type?: string
    optimizer: object
    readonly [key: string]: unknown
  }
  /** Missing or empty: one group of all parameters, without layer decay. */
  paramwise_cfg?:
    | {}
    | {
        /** Each layer's learning rate is the next higher one's times this. Beyond MMPreTrain: a list of scales, one for each layer, next to the
         * input first; or, in a TypeScript config, a function from a layer's depth and the number of layers to its scale. */
        layer_decay_rate?: number | number[] | ((depth: number, numLayers: number) => number) | undefined
        /** Beyond MMPreTrain: `lr_mult` of custom keys and `bias_lr_mult` multiply the layer's rate. `combine_rules` implies it. */
        apply_lr_mult?: boolean | null | undefined
        /** By a part of the parameter's name, or a regular expression between slashes; the longest key that fits decides alone. */
        custom_keys?:
          | {
              [key: string]: {
                lr_mult?: number | null | undefined
                decay_mult?: number | null | undefined
                [key: string]: unknown
              }
            }
          | null
          | undefined
        /** Of biases outside normalization layers. */
        bias_lr_mult?: number | null | undefined
        bias_decay_mult?: number | null | undefined
        /** Of weights and biases of normalization layers. */
        norm_decay_mult?: number | null | undefined
        dwconv_decay_mult?: number | null | undefined
        /** Of parameters with one dimension. */
        flat_decay_mult?: number | null | undefined
        dcn_offset_lr_mult?: number | null | undefined
        /** Skip a parameter that an earlier module shares, instead of an error. */
        bypass_duplicate?: boolean | null | undefined
        /** Beyond MMEngine: all custom keys and rules that fit count together, instead of the first custom key alone (mmengine#846). */
        combine_rules?: boolean | null | undefined
        /** Beyond MMEngine: parameters not to train, by parts of their names or regular expressions between slashes. */
        frozen?: string[] | null | undefined
        /** Beyond MMEngine: no weight decay for parameters of which the model says so (`noWeightDecay()`, timm's `no_weight_decay`). */
        model_no_weight_decay?: boolean | null | undefined
        /** A slip for `_delete_` in some of MMPreTrain's recipes. */
        _delete?: boolean | null | undefined
      }
    | null
    | undefined
}

export interface MultiOptimWrapperConstructorConfig {
  type: 'MultiOptimWrapperConstructor'
  /** By the name of a part of the model, what trains it: an `optim_wrapper` section of its own. */
  optim_wrapper_cfg: {
    [key: string]: {
      type?: string
      optimizer: object
      readonly [key: string]: unknown
    }
  }
  /** Each wrapper has its own. */
  paramwise_cfg?: undefined
}

export interface ConstantLRConfig {
  type: 'ConstantLR'
  factor?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ConstantMomentumConfig {
  type: 'ConstantMomentum'
  factor?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ConstantParamSchedulerConfig {
  type: 'ConstantParamScheduler'
  param_name: string
  factor?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineAnnealingLRConfig {
  type: 'CosineAnnealingLR'
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps from the value to its minimum; default `end` - `begin`. */
  T_max?: number | null | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineAnnealingMomentumConfig {
  type: 'CosineAnnealingMomentum'
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps from the value to its minimum; default `end` - `begin`. */
  T_max?: number | null | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineAnnealingParamSchedulerConfig {
  type: 'CosineAnnealingParamScheduler'
  param_name: string
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps from the value to its minimum; default `end` - `begin`. */
  T_max?: number | null | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineAnnealingWeightDecayConfig {
  type: 'CosineAnnealingWeightDecay'
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps from the value to its minimum; default `end` - `begin`. */
  T_max?: number | null | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineRestartLRConfig {
  type: 'CosineRestartLR'
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps of each period. */
  periods: number[]
  /** What the value is multiplied by at the beginning of each period. */
  restart_weights?: number[] | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineRestartMomentumConfig {
  type: 'CosineRestartMomentum'
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps of each period. */
  periods: number[]
  /** What the value is multiplied by at the beginning of each period. */
  restart_weights?: number[] | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface CosineRestartParamSchedulerConfig {
  type: 'CosineRestartParamScheduler'
  param_name: string
  /** The same for every group. */
  eta_min?: number | null | undefined
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio?: number | null | undefined
  /** Steps of each period. */
  periods: number[]
  /** What the value is multiplied by at the beginning of each period. */
  restart_weights?: number[] | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ExponentialLRConfig {
  type: 'ExponentialLR'
  /** Not converted: of an epoch, it becomes that of an iteration. */
  gamma: number
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ExponentialMomentumConfig {
  type: 'ExponentialMomentum'
  /** Not converted: of an epoch, it becomes that of an iteration. */
  gamma: number
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ExponentialParamSchedulerConfig {
  type: 'ExponentialParamScheduler'
  param_name: string
  /** Not converted: of an epoch, it becomes that of an iteration. */
  gamma: number
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface LinearLRConfig {
  type: 'LinearLR'
  start_factor?: number | undefined
  end_factor?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface LinearMomentumConfig {
  type: 'LinearMomentum'
  start_factor?: number | undefined
  end_factor?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface LinearParamSchedulerConfig {
  type: 'LinearParamScheduler'
  param_name: string
  start_factor?: number | undefined
  end_factor?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface MultiStepLRConfig {
  type: 'MultiStepLR'
  /** Counted from `begin`. */
  milestones: number[]
  gamma?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface MultiStepMomentumConfig {
  type: 'MultiStepMomentum'
  /** Counted from `begin`. */
  milestones: number[]
  gamma?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface MultiStepParamSchedulerConfig {
  type: 'MultiStepParamScheduler'
  param_name: string
  /** Counted from `begin`. */
  milestones: number[]
  gamma?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface OneCycleLRConfig {
  type: 'OneCycleLR'
  /** The largest value: one for all groups, or one for each (base_param_settings, last, included). */
  eta_max?: number | number[] | undefined
  /** Default `end` - `begin`. */
  total_steps?: number | null | undefined
  /** The share of the steps in which the value rises. */
  pct_start?: number | undefined
  anneal_strategy?: 'cos' | 'linear' | undefined
  /** The first value is eta_max / div_factor… */
  div_factor?: number | undefined
  /** …and the last one that / final_div_factor. */
  final_div_factor?: number | undefined
  /** Down to the first value, then on to the last, instead of straight to the last. */
  three_phase?: boolean | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface OneCycleParamSchedulerConfig {
  type: 'OneCycleParamScheduler'
  param_name: 'lr'
  /** The largest value: one for all groups, or one for each (base_param_settings, last, included). */
  eta_max?: number | number[] | undefined
  /** Default `end` - `begin`. */
  total_steps?: number | null | undefined
  /** The share of the steps in which the value rises. */
  pct_start?: number | undefined
  anneal_strategy?: 'cos' | 'linear' | undefined
  /** The first value is eta_max / div_factor… */
  div_factor?: number | undefined
  /** …and the last one that / final_div_factor. */
  final_div_factor?: number | undefined
  /** Down to the first value, then on to the last, instead of straight to the last. */
  three_phase?: boolean | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface PolyLRConfig {
  type: 'PolyLR'
  /** The same for every group. */
  eta_min?: number | undefined
  power?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface PolyMomentumConfig {
  type: 'PolyMomentum'
  /** The same for every group. */
  eta_min?: number | undefined
  power?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface PolyParamSchedulerConfig {
  type: 'PolyParamScheduler'
  param_name: string
  /** The same for every group. */
  eta_min?: number | undefined
  power?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ReduceOnPlateauLRConfig {
  type: 'ReduceOnPlateauLR'
  by_epoch?: true | undefined
  convert_to_iter_based?: false | undefined
  /** Name of the metric that validation gives. */
  monitor?: string | undefined
  /** Whether less or more of it is better. */
  rule?: 'less' | 'greater' | undefined
  factor?: number | undefined
  /** Validations without improvement that are let pass. */
  patience?: number | undefined
  /** How much better counts as better. */
  threshold?: number | undefined
  /** Whether the threshold is a share of the best metric. */
  threshold_rule?: 'rel' | 'abs' | undefined
  /** Validations after a reduction in which nothing is counted. */
  cooldown?: number | undefined
  /** One for all groups, or one for each (without base_param_settings, which takes the last). */
  min_value?: number | number[] | undefined
  /** A smaller reduction is left undone. */
  eps?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ReduceOnPlateauMomentumConfig {
  type: 'ReduceOnPlateauMomentum'
  by_epoch?: true | undefined
  convert_to_iter_based?: false | undefined
  /** Name of the metric that validation gives. */
  monitor?: string | undefined
  /** Whether less or more of it is better. */
  rule?: 'less' | 'greater' | undefined
  factor?: number | undefined
  /** Validations without improvement that are let pass. */
  patience?: number | undefined
  /** How much better counts as better. */
  threshold?: number | undefined
  /** Whether the threshold is a share of the best metric. */
  threshold_rule?: 'rel' | 'abs' | undefined
  /** Validations after a reduction in which nothing is counted. */
  cooldown?: number | undefined
  /** One for all groups, or one for each (without base_param_settings, which takes the last). */
  min_value?: number | number[] | undefined
  /** A smaller reduction is left undone. */
  eps?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface ReduceOnPlateauParamSchedulerConfig {
  type: 'ReduceOnPlateauParamScheduler'
  param_name: string
  by_epoch?: true | undefined
  convert_to_iter_based?: false | undefined
  /** Name of the metric that validation gives. */
  monitor?: string | undefined
  /** Whether less or more of it is better. */
  rule?: 'less' | 'greater' | undefined
  factor?: number | undefined
  /** Validations without improvement that are let pass. */
  patience?: number | undefined
  /** How much better counts as better. */
  threshold?: number | undefined
  /** Whether the threshold is a share of the best metric. */
  threshold_rule?: 'rel' | 'abs' | undefined
  /** Validations after a reduction in which nothing is counted. */
  cooldown?: number | undefined
  /** One for all groups, or one for each (without base_param_settings, which takes the last). */
  min_value?: number | number[] | undefined
  /** A smaller reduction is left undone. */
  eps?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface StepLRConfig {
  type: 'StepLR'
  /** Steps between two decays. */
  step_size: number
  gamma?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface StepMomentumConfig {
  type: 'StepMomentum'
  /** Steps between two decays. */
  step_size: number
  gamma?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface StepParamSchedulerConfig {
  type: 'StepParamScheduler'
  param_name: string
  /** Steps between two decays. */
  step_size: number
  gamma?: number | undefined
  /** First epoch (or iteration) in which it acts. */
  begin?: number | undefined
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end?: number | undefined
  /** Whether it counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based?: boolean | undefined
  /** Log every new value. */
  verbose?: boolean | undefined
  /** Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule. */
  horizon_on_resume?: 'checkpoint' | 'config' | undefined
}

export interface EpochBasedTrainLoopConfig {
  type: 'EpochBasedTrainLoop'
  /** First epoch (iteration) after which to validate. */
  val_begin?: number | undefined
  /** Epochs (iterations) between two validations; after the last one there always is one. */
  val_interval?: number | undefined
  /** `[milestone, interval]`: from that epoch (iteration) on, validate at that interval. */
  dynamic_intervals?: [number, number][] | null | undefined
  /** Validate on so many batches before training, to find out early what would fail late. */
  sanity_val_steps?: number | undefined
  max_epochs: number
}

export interface IterBasedTrainLoopConfig {
  type: 'IterBasedTrainLoop'
  val_interval?: number | undefined
  /** First epoch (iteration) after which to validate. */
  val_begin?: number | undefined
  /** `[milestone, interval]`: from that epoch (iteration) on, validate at that interval. */
  dynamic_intervals?: [number, number][] | null | undefined
  /** Validate on so many batches before training, to find out early what would fail late. */
  sanity_val_steps?: number | undefined
  max_iters: number
}

export interface TestLoopConfig {
  type: 'TestLoop'
  /** Half precision does not exist on this backend: only false is accepted. */
  fp16?: false | undefined
  /** Also the mean loss over each set, as `test_loss`; costs a second forward. */
  test_loss?: boolean | undefined
}

export interface ValLoopConfig {
  type: 'ValLoop'
  /** Half precision does not exist on this backend: only false is accepted. */
  fp16?: false | undefined
  /** Also the mean loss over each set, as `val_loss`; costs a second forward. */
  val_loss?: boolean | undefined
}

export interface CheckpointHookConfig {
  type: 'CheckpointHook'
  /** Epochs (or iterations) between two checkpoints; -1: none but the last. */
  interval?: number | undefined
  by_epoch?: boolean | undefined
  save_optimizer?: boolean | undefined
  save_param_scheduler?: boolean | undefined
  /** Checkpoints go to `<out_dir>/<name of the work dir>`; the work dir itself by default. */
  out_dir?: string | null | undefined
  /** How many to keep; -1: all. */
  max_keep_ckpts?: number | undefined
  /** Save after the last epoch (iteration) in any case. */
  save_last?: boolean | undefined
  /** Metrics whose best model is kept; `auto` is the first that validation gives. */
  save_best?: string | string[] | null | undefined
  /** For each metric whether more or less is better; by its name when absent. */
  rule?: 'less' | 'greater' | ('less' | 'greater')[] | null | undefined
  greater_keys?: string[] | undefined
  less_keys?: string[] | undefined
  /** With `{}` for the number; `epoch_{}` or `iter_{}` when absent. */
  filename_tmpl?: string | null | undefined
  /** After training, publish the last and the best checkpoint with these parts alone, as `<name>-<hash>` (`meta`, `state_dict`, …). */
  published_keys?:
    | 'meta'
    | 'state_dict'
    | 'ema_state_dict'
    | 'message_hub'
    | ('meta' | 'state_dict' | 'ema_state_dict' | 'message_hub')[]
    | null
    | undefined
  /** Other storage than the local disk is not offered: only null is accepted. */
  backend_args?: null | undefined
  file_client_args?: null | undefined
  /** First epoch (iteration) to save. */
  save_begin?: number | undefined
}

export interface ClassNumCheckHookConfig {
  type: 'ClassNumCheckHook'
}

export interface DistSamplerSeedHookConfig {
  type: 'DistSamplerSeedHook'
}

export interface EMAHookConfig {
  type: 'EMAHook'
  /** `ExponentialMovingAverage`, `MomentumAnnealingEMA`, `StochasticWeightAverage`, `CosineEMA`, or one of your own. Further options are its. */
  ema_type?: string | undefined
  /** The share that new weights get. */
  momentum?: number | undefined
  /** Of MomentumAnnealingEMA. */
  gamma?: number | undefined
  /** Of CosineEMA. */
  end_momentum?: number | undefined
  interval?: number | undefined
  update_buffers?: boolean | undefined
  /** Accepted for MMEngine's recipes: names always have to match here. */
  strict_load?: boolean | undefined
  /** First iteration to average, from 1; or `begin_epoch`, not both. */
  begin_iter?: number | undefined
  begin_epoch?: number | undefined
  /** Validate and test with the average. */
  evaluate_on_ema?: boolean | undefined
  /** … with the trained weights; both: those metrics are logged as `…_origin`. */
  evaluate_on_origin?: boolean | undefined
  [key: string]: unknown
}

export interface EarlyStoppingHookConfig {
  type: 'EarlyStoppingHook'
  /** The metric to watch. */
  monitor: string
  /** Whether more or less of it is better; by its name when absent. */
  rule?: 'less' | 'greater' | null | undefined
  /** What counts as an improvement. */
  min_delta?: number | undefined
  /** A metric that validation does not give is an error, not a warning. */
  strict?: boolean | undefined
  /** Stop when the metric is NaN or infinite. */
  check_finite?: boolean | undefined
  /** Validations without improvement before the end. */
  patience?: number | undefined
  /** Stop at once when the metric is better than this. */
  stopping_threshold?: number | null | undefined
}

export interface EmptyCacheHookConfig {
  type: 'EmptyCacheHook'
  /** Before each epoch. */
  before_epoch?: boolean | undefined
  /** After each epoch. */
  after_epoch?: boolean | undefined
  /** After each iteration. */
  after_iter?: boolean | undefined
}

export interface FreezeHookConfig {
  type: 'FreezeHook'
  /** Dotted names of modules or parameters; `*` stands for one part of a name, `**` for any number of them. */
  patterns: string | string[]
  /** Frozen from this epoch (iteration) on, counted from 0. */
  begin?: number | undefined
  /** … until this one begins; never thawed when null. */
  end?: number | null | undefined
  /** Whether begin and end count epochs or iterations. */
  by_epoch?: boolean | undefined
}

export interface IterTimerHookConfig {
  type: 'IterTimerHook'
}

export interface LoggerHookConfig {
  type: 'LoggerHook'
  /** Iterations between two lines. */
  interval?: number | undefined
  /** No line for the iterations that are left at an epoch's end. */
  ignore_last?: boolean | undefined
  /** Iterations between two reminders of the experiment's name. */
  interval_exp_name?: number | undefined
  /** At the end, copy the log files to `<out_dir>/<name of the work dir>/<time of the run>`. */
  out_dir?: string | null | undefined
  /** Which of the files (by ending) are copied. */
  out_suffix?: string | string[] | undefined
  /** Whether copied files stay where they were, too. */
  keep_local?: boolean | undefined
  /** Metrics of validation are logged at the epoch's number (else at the iteration's). */
  log_metric_by_epoch?: boolean | undefined
  /** Other storage than the local disk is not offered: only null is accepted. */
  backend_args?: null | undefined
  file_client_args?: null | undefined
}

export interface NaiveVisualizationHookConfig {
  type: 'NaiveVisualizationHook'
  /** Batches from one that is drawn to the next. */
  interval?: number | undefined
  /** With the label. */
  draw_gt?: boolean | undefined
  /** With the prediction. */
  draw_pred?: boolean | undefined
}

export interface ParamHistogramHookConfig {
  type: 'ParamHistogramHook'
  /** Epochs (iterations) from one look at the weights to the next. */
  interval?: number | undefined
  /** Whether the interval counts epochs or iterations. */
  by_epoch?: boolean | undefined
  /** Dotted names of parameters and buffers; `*` stands for one part of a name, `**` for any number of them. */
  patterns?: string | string[] | undefined
}

export interface ParamSchedulerHookConfig {
  type: 'ParamSchedulerHook'
  /** Step schedulers that count iterations at optimizer steps only, so that accumulation slows them down (mmengine#1308); their `begin`,
   * `end` (by default the run's) and periods then count optimizer steps. By default every iteration counts, as in MMEngine. */
  on_optimizer_step?: boolean | undefined
}

export interface PreciseBNHookConfig {
  type: 'PreciseBNHook'
  /** Samples to measure on; at most one pass over the training set. */
  num_samples?: number | undefined
  /** Epochs, or iterations of a run by iterations, between two measurements. */
  interval?: number | undefined
}

export interface ProfilerHookConfig {
  type: 'ProfilerHook'
  /** Profile one epoch; else `profile_times` iterations. */
  by_epoch?: boolean | undefined
  /** Iterations (or epochs, of which one is all that is offered) to profile. */
  profile_times?: number | undefined
  /** There is nothing else to profile. */
  activity_with_cpu?: boolean | undefined
  /** Not offered: there is no CUDA here. */
  activity_with_cuda?: boolean | undefined
  /** Which steps are recorded; all of them by default. */
  schedule?:
    | {
        /** Steps of a cycle that are left out. */
        wait?: number | undefined
        /** Steps after them that are left out, too: what they cost is no rule. */
        warmup?: number | undefined
        /** Steps that are recorded. */
        active: number
        /** Cycles; 0: to the end. */
        repeat?: number | undefined
        /** Steps before the first cycle. */
        skip_first?: number | undefined
      }
    | null
    | undefined
  /** What is done with each recorded cycle: a table in the log, or a file for trace viewers. */
  on_trace_ready?:
    | {
        type: 'log_trace'
        /** PyTorch's names for what the table is sorted by. */
        sort_by?: 'cpu_time_total' | 'self_cpu_time_total' | 'cpu_time' | 'count' | undefined
        /** At most so many rows. */
        row_limit?: number | undefined
      }
    | {
        type: 'tb_trace'
        /** Folder of the traces, below the run's folder unless absolute. */
        dir_name?: string | undefined
        /** Stands in the files' names. */
        worker_name?: string | undefined
      }
    | null
    | undefined
  /** Not offered: see tools/profile_step.ts. */
  record_shapes?: boolean | undefined
  /** Also resident memory and the number of tensors after each step. */
  profile_memory?: boolean | undefined
  /** Not offered: see tools/profile_step.ts. */
  with_stack?: boolean | undefined
  /** Not offered: see tools/analysis/get_flops.ts. */
  with_flops?: boolean | undefined
  /** Write the whole as a Chrome trace (chrome://tracing, Perfetto). */
  json_trace_path?: string | null | undefined
}

export interface RuntimeInfoHookConfig {
  type: 'RuntimeInfoHook'
}

export interface SimSiamHookConfig {
  type: 'SimSiamHook'
  /** Whether groups that `custom_keys` gave `fix_lr: true` keep their learning rate; false: the hook does nothing. */
  fix_pred_lr: boolean
  /** That learning rate. */
  lr: number
  /** Set it once at the beginning of each epoch, or (false) before each iteration, too. */
  adjust_by_epoch?: boolean | undefined
}

export interface StopAfterHookConfig {
  type: 'StopAfterHook'
  /** End after so many epochs. */
  epochs?: number | null | undefined
  /** End after so many iterations (a loop by epochs finishes its epoch). */
  iters?: number | null | undefined
}

export interface SwitchRecipeHookConfig {
  type: 'SwitchRecipeHook'
  /** What changes at which epoch. */
  schedule: {
    /** Epoch, from 1, that begins with this recipe. */
    action_epoch: number
    train_pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
    /** The same under the name that MMPreTrain's MobileOne recipes give it, where its hook switches nothing and says nothing. */
    pipeline?: readonly ComponentConfig<TransformTypes>[] | undefined
    /** Null: none. */
    batch_augments?:
      | {
          [key: string]: unknown
        }
      | null
      | undefined
    loss?: ComponentConfig<ModelTypes> | undefined
  }[]
}

export interface SyncBuffersHookConfig {
  type: 'SyncBuffersHook'
}

export interface VisualizationHookConfig {
  type: 'VisualizationHook'
  /** Off, it does nothing. */
  enable?: boolean | undefined
  /** Samples from one that is drawn to the next. */
  interval?: number | undefined
  /** A window; there is none here. */
  show?: boolean | undefined
  /** Write the drawings here (below the run's folder, unless absolute), too. */
  out_dir?: string | null | undefined
}

export interface AccuracyConfig {
  type: 'Accuracy'
  topk?: number | number[] | undefined
  /** A prediction counts only if its score is above; null: always. */
  thrs?: number | (number | null)[] | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface AveragePrecisionConfig {
  type: 'AveragePrecision'
  /** `macro`: the mean over classes (mAP); null: each class. */
  average?: 'macro' | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface ConfusionMatrixConfig {
  type: 'ConfusionMatrix'
  /** Needed where predictions come as labels without scores. */
  num_classes?: number | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface DumpResultsConfig {
  type: 'DumpResults'
  /** Where the predictions go: a `.json` file. Pickles run code when they are read, and are not offered. */
  out_file_path: string
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface MultiLabelMetricConfig {
  type: 'MultiLabelMetric'
  /** Classes whose score is at least this are predicted; 0.5 when `topk` is absent, too. */
  thr?: number | null | undefined
  /** Without `thr`: the so many highest scores are. */
  topk?: number | null | undefined
  items?: ('precision' | 'recall' | 'f1-score' | 'support')[] | undefined
  average?: 'macro' | 'micro' | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface SingleLabelMetricConfig {
  type: 'SingleLabelMetric'
  /** A prediction counts only if its score is above; null: always. */
  thrs?: number | (number | null)[] | null | undefined
  items?: ('precision' | 'recall' | 'f1-score' | 'support')[] | undefined
  average?: 'macro' | 'micro' | null | undefined
  /** Needed where predictions come as labels without scores. */
  num_classes?: number | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface VOCAveragePrecisionConfig {
  type: 'VOCAveragePrecision'
  /** What only difficult objects show: true counts as there, false as not there, null is left out. */
  difficult_as_positive?: boolean | null | undefined
  /** `macro`: the mean over classes (mAP); null: each class. */
  average?: 'macro' | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface VOCMultiLabelMetricConfig {
  type: 'VOCMultiLabelMetric'
  /** What only difficult objects show: true counts as there, false as not there, null is left out. */
  difficult_as_positive?: boolean | null | undefined
  /** Classes whose score is at least this are predicted; 0.5 when `topk` is absent, too. */
  thr?: number | null | undefined
  /** Without `thr`: the so many highest scores are. */
  topk?: number | null | undefined
  items?: ('precision' | 'recall' | 'f1-score' | 'support')[] | undefined
  average?: 'macro' | 'micro' | null | undefined
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix?: string | null | undefined
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device?: 'cpu' | 'gpu' | undefined
}

export interface EvaluatorConfig {
  type: 'Evaluator'
  /** One metric, or a list of them. */
  metrics: ComponentConfig<MetricTypes> | readonly ComponentConfig<MetricTypes>[]
  /** Evaluate on the first so many batches only; all when absent. */
  num_batches?: number | undefined
}

export interface EvaluatorDictConfig {
  type: 'EvaluatorDict'
  evaluators: {
    [key: string]: ComponentConfig<MetricTypes> | ComponentConfig<EvaluatorTypes> | readonly ComponentConfig<MetricTypes>[]
  }
}

export interface LogProcessorConfig {
  type: 'LogProcessor'
  /** Iterations over which losses and times are averaged. */
  window_size?: number | undefined
  by_epoch?: boolean | undefined
  custom_cfg?:
    | {
        /** Scalar to read, without `train/`. */
        data_src: string
        /** Name to log it under; default `data_src`. */
        log_name?: string | undefined
        method_name?: string | undefined
        /** A number of iterations, `epoch`, or `global`. Default: the whole history. */
        window_size?: number | 'epoch' | 'global' | undefined
      }[]
    | null
    | undefined
  num_digits?: number | undefined
  /** Keep `train/` in the names of the JSON log. */
  log_with_hierarchy?: boolean | undefined
  /** Names (a regular expression) that are averaged over the window; others show their last value. */
  mean_pattern?: string | undefined
}

export interface UniversalVisualizerConfig {
  type: 'UniversalVisualizer'
  /** Where drawings and scalars go; default: files in the run's folder. */
  vis_backends?: readonly ComponentConfig<VisBackendTypes>[] | null | undefined
  /** Accepted for MMEngine's recipes, where it names a global instance. */
  name?: string | undefined
}

export interface VisualizerConfig {
  type: 'Visualizer'
  /** Where drawings and scalars go; default: files in the run's folder. */
  vis_backends?: readonly ComponentConfig<VisBackendTypes>[] | null | undefined
  /** Accepted for MMEngine's recipes, where it names a global instance. */
  name?: string | undefined
}

export interface LocalVisBackendConfig {
  type: 'LocalVisBackend'
  /** Instead of the run's vis_data folder. */
  save_dir?: string | null | undefined
  /** Folder of the images. */
  img_save_dir?: string | undefined
  /** Accepted for MMEngine's recipes; the run keeps its config itself. */
  config_save_file?: string | undefined
  /** The run itself writes `scalars.json`; another name is another file beside it. */
  scalar_save_file?: string | undefined
}

export interface MLflowVisBackendConfig {
  type: 'MLflowVisBackend'
  /** Accepted for MMEngine's recipes: a server keeps the run, not a folder. */
  save_dir?: string | null | undefined
  /** Name of the experiment that the run belongs to; made where there is none. */
  exp_name?: string | null | undefined
  /** Name of the run; the config's by default. */
  run_name?: string | null | undefined
  /** Tags of the run. */
  tags?:
    | {
        [key: string]: string
      }
    | null
    | undefined
  /** Parameters besides those of the config. */
  params?:
    | {
        [key: string]: boolean | string | number
      }
    | null
    | undefined
  /** Address of the server, `http://…`; the environment's MLFLOW_TRACKING_URI by default. */
  tracking_uri?: string | null | undefined
  /** Which files of the run's folder (by ending) are kept as artifacts at the end. */
  artifact_suffix?: string | string[] | undefined
  /** Sections of the config that become parameters; all of them by default. */
  tracked_config_keys?: string[] | null | undefined
  /** Where a new experiment keeps its artifacts; the server's choice by default. */
  artifact_location?: string | null | undefined
}

export interface TensorboardVisBackendConfig {
  type: 'TensorboardVisBackend'
  /** Instead of the run's vis_data folder. A folder holds one run: what writes there besides, TensorBoard mixes with it. */
  save_dir?: string | null | undefined
}

export interface Caffe2XavierConfig {
  type: 'Caffe2Xavier'
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface Caffe2XavierInitConfig {
  type: 'Caffe2XavierInit'
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface ConstantConfig {
  type: 'Constant'
  val: number
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface ConstantInitConfig {
  type: 'ConstantInit'
  val: number
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface KaimingConfig {
  type: 'Kaiming'
  /** Negative slope of the leaky ReLU behind the layer. */
  a?: number | undefined
  mode?: 'fan_in' | 'fan_out' | undefined
  nonlinearity?: 'linear' | 'conv1d' | 'conv2d' | 'conv3d' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu' | undefined
  distribution?: 'uniform' | 'normal' | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface KaimingInitConfig {
  type: 'KaimingInit'
  /** Negative slope of the leaky ReLU behind the layer. */
  a?: number | undefined
  mode?: 'fan_in' | 'fan_out' | undefined
  nonlinearity?: 'linear' | 'conv1d' | 'conv2d' | 'conv3d' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu' | undefined
  distribution?: 'uniform' | 'normal' | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface NormalConfig {
  type: 'Normal'
  mean?: number | undefined
  std?: number | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface NormalInitConfig {
  type: 'NormalInit'
  mean?: number | undefined
  std?: number | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface PretrainedConfig {
  type: 'Pretrained'
  /** A file of weights (safetensors, PyTorch), or a folder with one. */
  checkpoint: string
  /** Take only what stands under this name in the checkpoint (`backbone.`), without it. */
  prefix?: string | undefined
  /** Of no meaning here: weights go where the backend is. */
  map_location?: string | undefined
  /** Pairs of pattern and replacement for the checkpoint's names. */
  revise_keys?: [string, string][] | undefined
  /** Which entry of a PyTorch checkpoint holds the weights, where it is not one of the usual. */
  key?: string | undefined
}

export interface PretrainedInitConfig {
  type: 'PretrainedInit'
  /** A file of weights (safetensors, PyTorch), or a folder with one. */
  checkpoint: string
  /** Take only what stands under this name in the checkpoint (`backbone.`), without it. */
  prefix?: string | undefined
  /** Of no meaning here: weights go where the backend is. */
  map_location?: string | undefined
  /** Pairs of pattern and replacement for the checkpoint's names. */
  revise_keys?: [string, string][] | undefined
  /** Which entry of a PyTorch checkpoint holds the weights, where it is not one of the usual. */
  key?: string | undefined
}

export interface TruncNormalConfig {
  type: 'TruncNormal'
  mean?: number | undefined
  std?: number | undefined
  a?: number | undefined
  b?: number | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface TruncNormalInitConfig {
  type: 'TruncNormalInit'
  mean?: number | undefined
  std?: number | undefined
  a?: number | undefined
  b?: number | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface UniformConfig {
  type: 'Uniform'
  a?: number | undefined
  b?: number | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface UniformInitConfig {
  type: 'UniformInit'
  a?: number | undefined
  b?: number | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface XavierConfig {
  type: 'Xavier'
  gain?: number | undefined
  distribution?: 'uniform' | 'normal' | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

export interface XavierInitConfig {
  type: 'XavierInit'
  gain?: number | undefined
  distribution?: 'uniform' | 'normal' | undefined
  /** Value of biases. */
  bias?: number | undefined
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob?: number | undefined
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer?: string | string[] | undefined
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override?:
    | {
        name: string
        [key: string]: unknown
      }
    | {
        name: string
        [key: string]: unknown
      }[]
    | undefined
}

declare module '@tessera/core' {
  interface ModelTypes {
    ArcFaceClsHead: ArcFaceClsHeadConfig
    AsymmetricLoss: AsymmetricLossConfig
    AverageClsScoreTTA: AverageClsScoreTTAConfig
    BEiT: BEiTConfig
    BEiTPretrainViT: BEiTPretrainViTConfig
    BEiTV1Head: BEiTV1HeadConfig
    BEiTV2Head: BEiTV2HeadConfig
    BEiTV2Neck: BEiTV2NeckConfig
    BEiTViT: BEiTViTConfig
    BN: BNConfig
    BN1d: BN1dConfig
    BN2d: BN2dConfig
    BYOL: BYOLConfig
    BarlowTwins: BarlowTwinsConfig
    CSRAClsHead: CSRAClsHeadConfig
    ClsBatchNormNeck: ClsBatchNormNeckConfig
    ClsHead: ClsHeadConfig
    Conformer: ConformerConfig
    ConformerHead: ConformerHeadConfig
    ContrastiveHead: ContrastiveHeadConfig
    ConvMixer: ConvMixerConfig
    ConvNeXt: ConvNeXtConfig
    CosineEMA: CosineEMAConfig
    CosineSimilarityLoss: CosineSimilarityLossConfig
    CrossCorrelationLoss: CrossCorrelationLossConfig
    CrossEntropyLoss: CrossEntropyLossConfig
    'DALL-E': DALL_EConfig
    DaViT: DaViTConfig
    DeiT3: DeiT3Config
    DeiTClsHead: DeiTClsHeadConfig
    DenseNet: DenseNetConfig
    DistilledVisionTransformer: DistilledVisionTransformerConfig
    EdgeNeXt: EdgeNeXtConfig
    EfficientNet: EfficientNetConfig
    EfficientNetV2: EfficientNetV2Config
    ExponentialMovingAverage: ExponentialMovingAverageConfig
    FocalLoss: FocalLossConfig
    GELU: GELUConfig
    GN: GNConfig
    GeneralizedMeanPooling: GeneralizedMeanPoolingConfig
    GlobalAveragePooling: GlobalAveragePoolingConfig
    HOGGenerator: HOGGeneratorConfig
    HRFuseScales: HRFuseScalesConfig
    HRNet: HRNetConfig
    HSigmoid: HSigmoidConfig
    HSwish: HSwishConfig
    Hardswish: HardswishConfig
    HiViT: HiViTConfig
    HorNet: HorNetConfig
    Identity: IdentityConfig
    ImageClassifier: ImageClassifierConfig
    LN: LNConfig
    LN2d: LN2dConfig
    LabelSmoothLoss: LabelSmoothLossConfig
    LatentCrossCorrelationHead: LatentCrossCorrelationHeadConfig
    LatentPredictHead: LatentPredictHeadConfig
    LeNet5: LeNet5Config
    LeViT: LeViTConfig
    LeViTClsHead: LeViTClsHeadConfig
    LeakyReLU: LeakyReLUConfig
    LinearClsHead: LinearClsHeadConfig
    LinearNeck: LinearNeckConfig
    LoRAModel: LoRAModelConfig
    MAE: MAEConfig
    MAEHiViT: MAEHiViTConfig
    MAEPretrainDecoder: MAEPretrainDecoderConfig
    MAEPretrainHead: MAEPretrainHeadConfig
    MAEViT: MAEViTConfig
    MIMHead: MIMHeadConfig
    MViT: MViTConfig
    MaskFeat: MaskFeatConfig
    MaskFeatViT: MaskFeatViTConfig
    MixMIM: MixMIMConfig
    MixMIMPretrainDecoder: MixMIMPretrainDecoderConfig
    MixMIMPretrainHead: MixMIMPretrainHeadConfig
    MixMIMPretrainTransformer: MixMIMPretrainTransformerConfig
    MixMIMTransformer: MixMIMTransformerConfig
    MlpMixer: MlpMixerConfig
    MoCo: MoCoConfig
    MoCoV2Neck: MoCoV2NeckConfig
    MoCoV3: MoCoV3Config
    MoCoV3Head: MoCoV3HeadConfig
    MoCoV3ViT: MoCoV3ViTConfig
    MobileNetV2: MobileNetV2Config
    MobileNetV3: MobileNetV3Config
    MobileOne: MobileOneConfig
    MobileViT: MobileViTConfig
    MomentumAnnealingEMA: MomentumAnnealingEMAConfig
    MultiLabelClsHead: MultiLabelClsHeadConfig
    MultiLabelLinearClsHead: MultiLabelLinearClsHeadConfig
    NonLinearNeck: NonLinearNeckConfig
    PCPVT: PCPVTConfig
    PixelReconstructionLoss: PixelReconstructionLossConfig
    PoolFormer: PoolFormerConfig
    PyramidVig: PyramidVigConfig
    RIFormer: RIFormerConfig
    ReLU: ReLUConfig
    ReLU6: ReLU6Config
    RegNet: RegNetConfig
    RepLKNet: RepLKNetConfig
    RepVGG: RepVGGConfig
    Res2Net: Res2NetConfig
    ResNeSt: ResNeStConfig
    ResNeXt: ResNeXtConfig
    ResNet: ResNetConfig
    ResNetV1c: ResNetV1cConfig
    ResNetV1d: ResNetV1dConfig
    ResNet_CIFAR: ResNet_CIFARConfig
    SEResNeXt: SEResNeXtConfig
    SEResNet: SEResNetConfig
    SVT: SVTConfig
    SeesawLoss: SeesawLossConfig
    SiLU: SiLUConfig
    Sigmoid: SigmoidConfig
    SimCLR: SimCLRConfig
    SimMIM: SimMIMConfig
    SimMIMHead: SimMIMHeadConfig
    SimMIMLinearDecoder: SimMIMLinearDecoderConfig
    SimMIMSwinTransformer: SimMIMSwinTransformerConfig
    SimSiam: SimSiamConfig
    StackedLinearClsHead: StackedLinearClsHeadConfig
    StochasticWeightAverage: StochasticWeightAverageConfig
    SwinTransformer: SwinTransformerConfig
    SwinTransformerV2: SwinTransformerV2Config
    Swish: SwishConfig
    SyncBN: SyncBNConfig
    T2T_ViT: T2T_ViTConfig
    Tanh: TanhConfig
    TinyViT: TinyViTConfig
    VAN: VANConfig
    VGG: VGGConfig
    VQKD: VQKDConfig
    ViTEVA02: ViTEVA02Config
    ViTSAM: ViTSAMConfig
    Vig: VigConfig
    VigClsHead: VigClsHeadConfig
    VisionTransformer: VisionTransformerConfig
    VisionTransformerClsHead: VisionTransformerClsHeadConfig
    XCiT: XCiTConfig
  }
  interface DataPreprocessorTypes {
    ClsDataPreprocessor: ClsDataPreprocessorConfig
    SelfSupDataPreprocessor: SelfSupDataPreprocessorConfig
    TwoNormDataPreprocessor: TwoNormDataPreprocessorConfig
  }
  interface BatchAugmentTypes {
    CutMix: CutMixConfig
    Mixup: MixupConfig
    ResizeMix: ResizeMixConfig
  }
  interface DatasetTypes {
    CIFAR10: CIFAR10Config
    CIFAR100: CIFAR100Config
    CUB: CUBConfig
    ClassBalancedDataset: ClassBalancedDatasetConfig
    ConcatDataset: ConcatDatasetConfig
    CustomDataset: CustomDatasetConfig
    FashionMNIST: FashionMNISTConfig
    ImageNet: ImageNetConfig
    ImageNet21k: ImageNet21kConfig
    KFoldDataset: KFoldDatasetConfig
    MNIST: MNISTConfig
    MNISTDigits: MNISTDigitsConfig
    MultiLabelDataset: MultiLabelDatasetConfig
    RepeatDataset: RepeatDatasetConfig
    VOC: VOCConfig
  }
  interface DataSamplerTypes {
    DefaultSampler: DefaultSamplerConfig
    InfiniteSampler: InfiniteSamplerConfig
    RepeatAugSampler: RepeatAugSamplerConfig
  }
  interface TransformTypes {
    AutoAugment: AutoAugmentConfig
    AutoContrast: AutoContrastConfig
    BEiTMaskGenerator: BEiTMaskGeneratorConfig
    Brightness: BrightnessConfig
    CenterCrop: CenterCropConfig
    ColorJitter: ColorJitterConfig
    ColorTransform: ColorTransformConfig
    Contrast: ContrastConfig
    Cutout: CutoutConfig
    EfficientNetCenterCrop: EfficientNetCenterCropConfig
    EfficientNetRandomCrop: EfficientNetRandomCropConfig
    Equalize: EqualizeConfig
    GaussianBlur: GaussianBlurConfig
    Invert: InvertConfig
    Lighting: LightingConfig
    LoadImageFromFile: LoadImageFromFileConfig
    MAERandomResizedCrop: MAERandomResizedCropConfig
    MultiView: MultiViewConfig
    Normalize: NormalizeConfig
    PackInputs: PackInputsConfig
    Pad: PadConfig
    Posterize: PosterizeConfig
    RandAugment: RandAugmentConfig
    RandomApply: RandomApplyConfig
    RandomCrop: RandomCropConfig
    RandomErasing: RandomErasingConfig
    RandomFlip: RandomFlipConfig
    RandomGrayscale: RandomGrayscaleConfig
    RandomResizedCrop: RandomResizedCropConfig
    RandomResizedCropAndInterpolationWithTwoPic: RandomResizedCropAndInterpolationWithTwoPicConfig
    Resize: ResizeConfig
    ResizeEdge: ResizeEdgeConfig
    Rotate: RotateConfig
    Sharpness: SharpnessConfig
    Shear: ShearConfig
    SimMIMMaskGenerator: SimMIMMaskGeneratorConfig
    Solarize: SolarizeConfig
    SolarizeAdd: SolarizeAddConfig
    TestTimeAug: TestTimeAugConfig
    Translate: TranslateConfig
  }
  interface CollateFunctionTypes {
    default_collate: default_collateConfig
    pseudo_collate: pseudo_collateConfig
  }
  interface OptimizerTypes {
    ASGD: ASGDConfig
    Adadelta: AdadeltaConfig
    Adafactor: AdafactorConfig
    Adagrad: AdagradConfig
    Adam: AdamConfig
    AdamW: AdamWConfig
    Adamax: AdamaxConfig
    Adan: AdanConfig
    LARS: LARSConfig
    Lamb: LambConfig
    Lion: LionConfig
    Muon: MuonConfig
    NAdam: NAdamConfig
    RAdam: RAdamConfig
    RMSprop: RMSpropConfig
    Rprop: RpropConfig
    SGD: SGDConfig
  }
  interface OptimWrapperTypes {
    AmpOptimWrapper: AmpOptimWrapperConfig
    OptimWrapper: OptimWrapperConfig
  }
  interface OptimWrapperConstructorTypes {
    DefaultOptimWrapperConstructor: DefaultOptimWrapperConstructorConfig
    LearningRateDecayOptimWrapperConstructor: LearningRateDecayOptimWrapperConstructorConfig
    MultiOptimWrapperConstructor: MultiOptimWrapperConstructorConfig
  }
  interface ParamSchedulerTypes {
    ConstantLR: ConstantLRConfig
    ConstantMomentum: ConstantMomentumConfig
    ConstantParamScheduler: ConstantParamSchedulerConfig
    CosineAnnealingLR: CosineAnnealingLRConfig
    CosineAnnealingMomentum: CosineAnnealingMomentumConfig
    CosineAnnealingParamScheduler: CosineAnnealingParamSchedulerConfig
    CosineAnnealingWeightDecay: CosineAnnealingWeightDecayConfig
    CosineRestartLR: CosineRestartLRConfig
    CosineRestartMomentum: CosineRestartMomentumConfig
    CosineRestartParamScheduler: CosineRestartParamSchedulerConfig
    ExponentialLR: ExponentialLRConfig
    ExponentialMomentum: ExponentialMomentumConfig
    ExponentialParamScheduler: ExponentialParamSchedulerConfig
    LinearLR: LinearLRConfig
    LinearMomentum: LinearMomentumConfig
    LinearParamScheduler: LinearParamSchedulerConfig
    MultiStepLR: MultiStepLRConfig
    MultiStepMomentum: MultiStepMomentumConfig
    MultiStepParamScheduler: MultiStepParamSchedulerConfig
    OneCycleLR: OneCycleLRConfig
    OneCycleParamScheduler: OneCycleParamSchedulerConfig
    PolyLR: PolyLRConfig
    PolyMomentum: PolyMomentumConfig
    PolyParamScheduler: PolyParamSchedulerConfig
    ReduceOnPlateauLR: ReduceOnPlateauLRConfig
    ReduceOnPlateauMomentum: ReduceOnPlateauMomentumConfig
    ReduceOnPlateauParamScheduler: ReduceOnPlateauParamSchedulerConfig
    StepLR: StepLRConfig
    StepMomentum: StepMomentumConfig
    StepParamScheduler: StepParamSchedulerConfig
  }
  interface LoopTypes {
    EpochBasedTrainLoop: EpochBasedTrainLoopConfig
    IterBasedTrainLoop: IterBasedTrainLoopConfig
    TestLoop: TestLoopConfig
    ValLoop: ValLoopConfig
  }
  interface HookTypes {
    CheckpointHook: CheckpointHookConfig
    ClassNumCheckHook: ClassNumCheckHookConfig
    DistSamplerSeedHook: DistSamplerSeedHookConfig
    EMAHook: EMAHookConfig
    EarlyStoppingHook: EarlyStoppingHookConfig
    EmptyCacheHook: EmptyCacheHookConfig
    FreezeHook: FreezeHookConfig
    IterTimerHook: IterTimerHookConfig
    LoggerHook: LoggerHookConfig
    NaiveVisualizationHook: NaiveVisualizationHookConfig
    ParamHistogramHook: ParamHistogramHookConfig
    ParamSchedulerHook: ParamSchedulerHookConfig
    PreciseBNHook: PreciseBNHookConfig
    ProfilerHook: ProfilerHookConfig
    RuntimeInfoHook: RuntimeInfoHookConfig
    SimSiamHook: SimSiamHookConfig
    StopAfterHook: StopAfterHookConfig
    SwitchRecipeHook: SwitchRecipeHookConfig
    SyncBuffersHook: SyncBuffersHookConfig
    VisualizationHook: VisualizationHookConfig
  }
  interface MetricTypes {
    Accuracy: AccuracyConfig
    AveragePrecision: AveragePrecisionConfig
    ConfusionMatrix: ConfusionMatrixConfig
    DumpResults: DumpResultsConfig
    MultiLabelMetric: MultiLabelMetricConfig
    SingleLabelMetric: SingleLabelMetricConfig
    VOCAveragePrecision: VOCAveragePrecisionConfig
    VOCMultiLabelMetric: VOCMultiLabelMetricConfig
  }
  interface EvaluatorTypes {
    Evaluator: EvaluatorConfig
    EvaluatorDict: EvaluatorDictConfig
  }
  interface LogProcessorTypes {
    LogProcessor: LogProcessorConfig
  }
  interface VisualizerTypes {
    UniversalVisualizer: UniversalVisualizerConfig
    Visualizer: VisualizerConfig
  }
  interface VisBackendTypes {
    LocalVisBackend: LocalVisBackendConfig
    MLflowVisBackend: MLflowVisBackendConfig
    TensorboardVisBackend: TensorboardVisBackendConfig
  }
  interface WeightInitializerTypes {
    Caffe2Xavier: Caffe2XavierConfig
    Caffe2XavierInit: Caffe2XavierInitConfig
    Constant: ConstantConfig
    ConstantInit: ConstantInitConfig
    Kaiming: KaimingConfig
    KaimingInit: KaimingInitConfig
    Normal: NormalConfig
    NormalInit: NormalInitConfig
    Pretrained: PretrainedConfig
    PretrainedInit: PretrainedInitConfig
    TruncNormal: TruncNormalConfig
    TruncNormalInit: TruncNormalInitConfig
    Uniform: UniformConfig
    UniformInit: UniformInitConfig
    Xavier: XavierConfig
    XavierInit: XavierInitConfig
  }
}
