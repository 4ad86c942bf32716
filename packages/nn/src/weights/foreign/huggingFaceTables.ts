import { LAST_NORM, type NameRule, type NameTable } from './nameTable.js'

const HEAD = ['head.layers.head.*', 'head.fc.*']

/** Query, key and value one under the other. */
function fused(attention: string, to: string, leaf: string): NameRule {
  return { from: ['query', 'key', 'value'].map((part) => `${attention}.${part}.${leaf}`), to: `${to}.qkv.${leaf}`, by: 'stack' }
}

/** What ViT, DeiT and BEiT share. */
const ENCODER: readonly NameRule[] = [
  { from: 'embeddings.cls_token', to: 'backbone.cls_token' },
  { from: 'embeddings.distillation_token', to: 'backbone.dist_token' },
  { from: 'embeddings.position_embeddings', to: 'backbone.pos_embed' },
  { from: 'embeddings.patch_embeddings.projection.*', to: 'backbone.patch_embed.projection.*' },
  { from: 'encoder.layer.{i}.layernorm_before.*', to: 'backbone.layers.{i}.ln1.*' },
  { from: 'encoder.layer.{i}.layernorm_after.*', to: 'backbone.layers.{i}.ln2.*' },
  fused('encoder.layer.{i}.attention.attention', 'backbone.layers.{i}.attn', 'weight'),
  { from: 'encoder.layer.{i}.attention.output.dense.*', to: 'backbone.layers.{i}.attn.proj.*' },
  { from: 'encoder.layer.{i}.intermediate.dense.*', to: 'backbone.layers.{i}.ffn.layers.0.0.*' },
  { from: 'encoder.layer.{i}.output.dense.*', to: 'backbone.layers.{i}.ffn.layers.1.*' },
]

const VIT_BIAS = fused('encoder.layer.{i}.attention.attention', 'backbone.layers.{i}.attn', 'bias')
const VIT_SIGNATURE = ['embeddings.patch_embeddings.projection.weight', 'encoder.layer.{i}.attention.attention.query.weight']

const vit: NameTable = {
  title: 'Hugging Face ViT',
  prefix: 'vit.',
  signature: [...VIT_SIGNATURE, 'encoder.layer.{i}.attention.attention.key.bias'],
  without: ['embeddings.distillation_token'],
  rules: [...ENCODER, VIT_BIAS, { from: 'layernorm.*', to: 'backbone.ln1.*' }, { from: 'classifier.*', to: HEAD }],
}

const deit: NameTable = {
  title: 'Hugging Face DeiT',
  prefix: 'deit.',
  signature: [...VIT_SIGNATURE, 'embeddings.distillation_token'],
  rules: [
    ...ENCODER,
    VIT_BIAS,
    { from: 'layernorm.*', to: 'backbone.ln1.*' },
    { from: 'cls_classifier.*', to: HEAD },
    { from: 'distillation_classifier.*', to: 'head.layers.head_dist.*' },
  ],
}

const beit: NameTable = {
  title: 'Hugging Face BEiT',
  prefix: 'beit.',
  signature: [...VIT_SIGNATURE, 'encoder.layer.{i}.lambda_1'],
  rules: [
    ...ENCODER,
    { from: 'encoder.layer.{i}.attention.attention.query.bias', to: 'backbone.layers.{i}.attn.q_bias' },
    { from: 'encoder.layer.{i}.attention.attention.value.bias', to: 'backbone.layers.{i}.attn.v_bias' },
    {
      from: 'encoder.layer.{i}.attention.attention.relative_position_bias.*',
      to: 'backbone.layers.{i}.attn.*',
    },
    { from: 'encoder.layer.{i}.lambda_1', to: 'backbone.layers.{i}.gamma_1' },
    { from: 'encoder.layer.{i}.lambda_2', to: 'backbone.layers.{i}.gamma_2' },
    { from: 'encoder.relative_position_bias.*', to: 'backbone.rel_pos_bias.*' },
    { from: 'layernorm.*', to: 'backbone.ln1.*' },
    { from: 'pooler.layernorm.*', to: 'backbone.ln2.*' },
    { from: 'classifier.*', to: ['head.fc.*', 'head.layers.head.*'] },
  ],
}

const swin: NameTable = {
  title: 'Hugging Face Swin',
  prefix: 'swin.',
  signature: ['embeddings.patch_embeddings.projection.weight', 'encoder.layers.{s}.blocks.{b}.attention.self.relative_position_bias_table'],
  rules: [
    { from: 'embeddings.patch_embeddings.projection.*', to: 'backbone.patch_embed.projection.*' },
    { from: 'embeddings.norm.*', to: 'backbone.patch_embed.norm.*' },
    { from: 'encoder.layers.{s}.blocks.{b}.layernorm_before.*', to: 'backbone.stages.{s}.blocks.{b}.norm1.*' },
    { from: 'encoder.layers.{s}.blocks.{b}.layernorm_after.*', to: 'backbone.stages.{s}.blocks.{b}.norm2.*' },
    fused('encoder.layers.{s}.blocks.{b}.attention.self', 'backbone.stages.{s}.blocks.{b}.attn.w_msa', 'weight'),
    fused('encoder.layers.{s}.blocks.{b}.attention.self', 'backbone.stages.{s}.blocks.{b}.attn.w_msa', 'bias'),
    {
      from: 'encoder.layers.{s}.blocks.{b}.attention.self.relative_position_bias_table',
      to: 'backbone.stages.{s}.blocks.{b}.attn.w_msa.relative_position_bias_table',
    },
    {
      from: 'encoder.layers.{s}.blocks.{b}.attention.self.relative_position_index',
      to: 'backbone.stages.{s}.blocks.{b}.attn.w_msa.relative_position_index',
    },
    { from: 'encoder.layers.{s}.blocks.{b}.attention.output.dense.*', to: 'backbone.stages.{s}.blocks.{b}.attn.w_msa.proj.*' },
    { from: 'encoder.layers.{s}.blocks.{b}.intermediate.dense.*', to: 'backbone.stages.{s}.blocks.{b}.ffn.layers.0.0.*' },
    { from: 'encoder.layers.{s}.blocks.{b}.output.dense.*', to: 'backbone.stages.{s}.blocks.{b}.ffn.layers.1.*' },
    { from: 'encoder.layers.{s}.downsample.*', to: 'backbone.stages.{s}.downsample.*', by: 'patchMerging' },
    { from: 'layernorm.*', to: LAST_NORM },
    { from: 'classifier.*', to: 'head.fc.*' },
  ],
}

/** V1 and V2 differ in what stands in front. */
function convnext(title: string, prefix: string): NameTable {
  return {
    title,
    prefix,
    signature: ['embeddings.patch_embeddings.weight', 'encoder.stages.{s}.layers.{b}.dwconv.weight'],
    without: [prefix === 'convnext.' ? 'convnextv2.embeddings.patch_embeddings.weight' : 'convnext.embeddings.patch_embeddings.weight'],
    rules: [
      { from: 'embeddings.patch_embeddings.*', to: 'backbone.downsample_layers.0.0.*' },
      { from: 'embeddings.layernorm.*', to: 'backbone.downsample_layers.0.1.*' },
      { from: 'encoder.stages.{s}.downsampling_layer.{n}.*', to: 'backbone.downsample_layers.{s}.{n}.*' },
      { from: 'encoder.stages.{s}.layers.{b}.dwconv.*', to: 'backbone.stages.{s}.{b}.depthwise_conv.*' },
      { from: 'encoder.stages.{s}.layers.{b}.layernorm.*', to: 'backbone.stages.{s}.{b}.norm.*' },
      { from: 'encoder.stages.{s}.layers.{b}.pwconv1.*', to: 'backbone.stages.{s}.{b}.pointwise_conv1.*' },
      { from: 'encoder.stages.{s}.layers.{b}.pwconv2.*', to: 'backbone.stages.{s}.{b}.pointwise_conv2.*' },
      { from: 'encoder.stages.{s}.layers.{b}.layer_scale_parameter', to: 'backbone.stages.{s}.{b}.gamma' },
      { from: 'encoder.stages.{s}.layers.{b}.grn.weight', to: 'backbone.stages.{s}.{b}.grn.gamma', by: 'flatten' },
      { from: 'encoder.stages.{s}.layers.{b}.grn.bias', to: 'backbone.stages.{s}.{b}.grn.beta', by: 'flatten' },
      { from: 'layernorm.*', to: LAST_NORM },
      { from: 'classifier.*', to: 'head.fc.*' },
    ],
  }
}

const resnet: NameTable = {
  title: 'Hugging Face ResNet',
  prefix: 'resnet.',
  signature: ['embedder.embedder.convolution.weight', 'encoder.stages.{s}.layers.{b}.layer.{n}.convolution.weight'],
  rules: [
    { from: 'embedder.embedder.convolution.*', to: 'backbone.conv1.*' },
    { from: 'embedder.embedder.normalization.*', to: 'backbone.bn1.*' },
    { from: 'encoder.stages.{s}.layers.{b}.layer.{n}.convolution.*', to: 'backbone.layer{s+1}.{b}.conv{n+1}.*' },
    { from: 'encoder.stages.{s}.layers.{b}.layer.{n}.normalization.*', to: 'backbone.layer{s+1}.{b}.bn{n+1}.*' },
    { from: 'encoder.stages.{s}.layers.{b}.shortcut.convolution.*', to: 'backbone.layer{s+1}.{b}.downsample.0.*' },
    { from: 'encoder.stages.{s}.layers.{b}.shortcut.normalization.*', to: 'backbone.layer{s+1}.{b}.downsample.1.*' },
    { from: 'classifier.1.*', to: 'head.fc.*' },
  ],
}

export const HUGGING_FACE_TABLES: readonly NameTable[] = [
  vit,
  deit,
  beit,
  swin,
  convnext('Hugging Face ConvNeXt', 'convnext.'),
  convnext('Hugging Face ConvNeXt V2', 'convnextv2.'),
  resnet,
]
