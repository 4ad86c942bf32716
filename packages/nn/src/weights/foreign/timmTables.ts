import { LAST_NORM, type NameRule, type NameTable } from './nameTable.js'

/** A classifier's last layer: ViT's head keeps it among others, every other head alone. */
const HEAD = ['head.layers.head.*', 'head.fc.*']

const BLOCK: readonly NameRule[] = [
  { from: 'blocks.{i}.norm1.*', to: 'backbone.layers.{i}.ln1.*' },
  { from: 'blocks.{i}.norm2.*', to: 'backbone.layers.{i}.ln2.*' },
  { from: 'blocks.{i}.mlp.fc1.*', to: 'backbone.layers.{i}.ffn.layers.0.0.*' },
  { from: 'blocks.{i}.mlp.fc2.*', to: 'backbone.layers.{i}.ffn.layers.1.*' },
  { from: 'blocks.{i}.attn.*', to: 'backbone.layers.{i}.attn.*' },
]

const EMBEDDINGS: readonly NameRule[] = [
  { from: 'cls_token', to: 'backbone.cls_token' },
  { from: 'dist_token', to: 'backbone.dist_token' },
  { from: 'pos_embed', to: 'backbone.pos_embed' },
  { from: 'patch_embed.proj.*', to: 'backbone.patch_embed.projection.*' },
  { from: 'norm_pre.*', to: 'backbone.pre_norm.*' },
]

/** timm's and Meta's VisionTransformer, DeiT, DeiT III, MAE. */
const vit: NameTable = {
  title: 'timm ViT',
  signature: ['patch_embed.proj.weight', 'blocks.{i}.attn.qkv.weight', 'pos_embed'],
  without: ['blocks.{i}.attn.q_bias', 'blocks.{i}.attn.relative_position_bias_table'],
  rules: [
    ...EMBEDDINGS,
    ...BLOCK,
    { from: 'blocks.{i}.ls1.gamma', to: 'backbone.layers.{i}.attn.gamma1.weight' },
    { from: 'blocks.{i}.ls2.gamma', to: 'backbone.layers.{i}.ffn.gamma2.weight' },
    { from: 'blocks.{i}.gamma_1', to: 'backbone.layers.{i}.attn.gamma1.weight' },
    { from: 'blocks.{i}.gamma_2', to: 'backbone.layers.{i}.ffn.gamma2.weight' },
    { from: 'norm.*', to: 'backbone.ln1.*' },
    { from: 'fc_norm.*', to: 'backbone.ln2.*' },
    { from: 'pre_logits.fc.*', to: 'head.layers.pre_logits.*' },
    { from: 'head.*', to: HEAD },
    { from: 'head_dist.*', to: 'head.layers.head_dist.*' },
  ],
}

/** timm's and Microsoft's BEiT: queries and values have a bias, keys none. */
const beit: NameTable = {
  title: 'timm BEiT',
  signature: ['patch_embed.proj.weight', 'blocks.{i}.attn.qkv.weight', 'blocks.{i}.attn.q_bias'],
  rules: [
    ...EMBEDDINGS,
    ...BLOCK,
    { from: 'blocks.{i}.gamma_1', to: 'backbone.layers.{i}.gamma_1' },
    { from: 'blocks.{i}.gamma_2', to: 'backbone.layers.{i}.gamma_2' },
    { from: 'rel_pos_bias.*', to: 'backbone.rel_pos_bias.*' },
    { from: 'norm.*', to: 'backbone.ln1.*' },
    { from: 'fc_norm.*', to: 'backbone.ln2.*' },
    { from: 'head.*', to: ['head.fc.*', 'head.layers.head.*'] },
  ],
}

const SWIN: readonly NameRule[] = [
  { from: 'patch_embed.proj.*', to: 'backbone.patch_embed.projection.*' },
  { from: 'patch_embed.norm.*', to: 'backbone.patch_embed.norm.*' },
  { from: 'absolute_pos_embed', to: 'backbone.absolute_pos_embed' },
  { from: 'layers.{s}.blocks.{b}.attn.*', to: 'backbone.stages.{s}.blocks.{b}.attn.w_msa.*' },
  { from: 'layers.{s}.blocks.{b}.mlp.fc1.*', to: 'backbone.stages.{s}.blocks.{b}.ffn.layers.0.0.*' },
  { from: 'layers.{s}.blocks.{b}.mlp.fc2.*', to: 'backbone.stages.{s}.blocks.{b}.ffn.layers.1.*' },
  { from: 'layers.{s}.blocks.{b}.norm1.*', to: 'backbone.stages.{s}.blocks.{b}.norm1.*' },
  { from: 'layers.{s}.blocks.{b}.norm2.*', to: 'backbone.stages.{s}.blocks.{b}.norm2.*' },
  { from: 'norm.*', to: LAST_NORM },
]

const SWIN_SIGNATURE = ['patch_embed.proj.weight', 'layers.{s}.blocks.{b}.attn.relative_position_bias_table']

/** timm's SwinTransformer: a stage starts with the merging of patches. */
const swin: NameTable = {
  title: 'timm Swin',
  signature: SWIN_SIGNATURE,
  without: ['layers.0.downsample.reduction.weight', 'layers.{s}.blocks.{b}.attn.logit_scale'],
  rules: [
    ...SWIN,
    { from: 'layers.{s}.downsample.*', to: 'backbone.stages.{s-1}.downsample.*', by: 'patchMerging' },
    { from: 'head.fc.*', to: 'head.fc.*' },
  ],
}

/** Microsoft's own files, and timm's old ones: a stage ends with it. */
const swinOfficial: NameTable = {
  title: 'official Swin',
  signature: [...SWIN_SIGNATURE, 'layers.0.downsample.reduction.weight'],
  without: ['layers.{s}.blocks.{b}.attn.logit_scale'],
  rules: [
    ...SWIN,
    { from: 'layers.{s}.downsample.*', to: 'backbone.stages.{s}.downsample.*', by: 'patchMerging' },
    { from: 'head.*', to: 'head.fc.*' },
  ],
}

const convnext: NameTable = {
  title: 'timm ConvNeXt',
  signature: ['stem.0.weight', 'stages.{s}.blocks.{b}.conv_dw.weight'],
  rules: [
    { from: 'stem.{n}.*', to: 'backbone.downsample_layers.0.{n}.*' },
    { from: 'stages.{s}.downsample.{n}.*', to: 'backbone.downsample_layers.{s}.{n}.*' },
    { from: 'stages.{s}.blocks.{b}.conv_dw.*', to: 'backbone.stages.{s}.{b}.depthwise_conv.*' },
    { from: 'stages.{s}.blocks.{b}.norm.*', to: 'backbone.stages.{s}.{b}.norm.*' },
    { from: 'stages.{s}.blocks.{b}.mlp.fc1.*', to: 'backbone.stages.{s}.{b}.pointwise_conv1.*' },
    { from: 'stages.{s}.blocks.{b}.mlp.fc2.*', to: 'backbone.stages.{s}.{b}.pointwise_conv2.*' },
    { from: 'stages.{s}.blocks.{b}.mlp.grn.weight', to: 'backbone.stages.{s}.{b}.grn.gamma' },
    { from: 'stages.{s}.blocks.{b}.mlp.grn.bias', to: 'backbone.stages.{s}.{b}.grn.beta' },
    { from: 'stages.{s}.blocks.{b}.gamma', to: 'backbone.stages.{s}.{b}.gamma' },
    { from: 'head.norm.*', to: LAST_NORM },
    { from: 'head.fc.*', to: 'head.fc.*' },
  ],
}

/** Meta's own files. */
const convnextOfficial: NameTable = {
  title: 'official ConvNeXt',
  signature: ['downsample_layers.0.0.weight', 'stages.{s}.{b}.dwconv.weight'],
  rules: [
    { from: 'downsample_layers.*', to: 'backbone.downsample_layers.*' },
    { from: 'stages.{s}.{b}.dwconv.*', to: 'backbone.stages.{s}.{b}.depthwise_conv.*' },
    { from: 'stages.{s}.{b}.pwconv1.*', to: 'backbone.stages.{s}.{b}.pointwise_conv1.*' },
    { from: 'stages.{s}.{b}.pwconv2.*', to: 'backbone.stages.{s}.{b}.pointwise_conv2.*' },
    { from: 'stages.{s}.{b}.norm.*', to: 'backbone.stages.{s}.{b}.norm.*' },
    { from: 'stages.{s}.{b}.gamma', to: 'backbone.stages.{s}.{b}.gamma' },
    { from: 'stages.{s}.{b}.grn.gamma', to: 'backbone.stages.{s}.{b}.grn.gamma', by: 'flatten' },
    { from: 'stages.{s}.{b}.grn.beta', to: 'backbone.stages.{s}.{b}.grn.beta', by: 'flatten' },
    { from: 'norm.*', to: LAST_NORM },
    { from: 'head.*', to: 'head.fc.*' },
  ],
}

/** timm's and torchvision's ResNet and ResNeXt: MMPreTrain took their names. */
const resnet: NameTable = {
  title: 'timm or torchvision ResNet',
  signature: ['conv1.weight', 'bn1.weight', 'layer1.{b}.conv1.weight'],
  rules: [
    { from: 'conv1.weight', to: 'backbone.conv1.weight' },
    { from: 'bn1.*', to: 'backbone.bn1.*' },
    { from: 'layer{s}.{b}.*', to: 'backbone.layer{s}.{b}.*' },
    { from: 'fc.*', to: 'head.fc.*' },
  ],
}

export const TIMM_TABLES: readonly NameTable[] = [vit, beit, swin, swinOfficial, convnext, convnextOfficial, resnet]
