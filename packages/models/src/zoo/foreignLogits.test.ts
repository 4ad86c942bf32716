import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { tf, useBackend } from '@tessera/runtime'
import { ImageClassifier } from '../classifiers/imageClassifier.js'
import { goldenBytes, goldenTensors, relativeError } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { getModel } from './getModel.js'

beforeAll(async () => {
  await useBackend('auto')
})

const vit = {
  type: 'VisionTransformer',
  arch: { embed_dims: 24, num_layers: 2, num_heads: 2, feedforward_channels: 48 },
  img_size: 32,
  patch_size: 8,
}
const convnext = { type: 'ConvNeXt', arch: { depths: [1, 1, 2, 1], channels: [8, 12, 16, 20] } }
const linear = (in_channels: number) => ({ type: 'LinearClsHead', num_classes: 5, in_channels })

/** Our configs of the tiny models that timm and transformers made, with random weights and what they answered. */
const MODELS_OF: Readonly<Record<string, object>> = {
  vit: { backbone: vit, head: { type: 'VisionTransformerClsHead', num_classes: 5, in_channels: 24 } },
  beit: {
    backbone: {
      ...vit,
      type: 'BEiTViT',
      out_type: 'avg_featmap',
      use_abs_pos_emb: false,
      use_rel_pos_bias: true,
      use_shared_rel_pos_bias: false,
      layer_scale_init_value: 0.1,
      final_norm: false,
    },
    head: linear(24),
  },
  swin: {
    backbone: {
      type: 'SwinTransformer',
      arch: { embed_dims: 8, depths: [2, 2], num_heads: [2, 4] },
      img_size: 32,
      patch_size: 2,
      window_size: 4,
      out_indices: [1],
    },
    neck: { type: 'GlobalAveragePooling' },
    head: linear(16),
  },
  convnext: { backbone: convnext, head: linear(20) },
  convnextv2: { backbone: { ...convnext, use_grn: true, layer_scale_init_value: 0 }, head: linear(20) },
}

describe('files of timm and transformers give their own logits', () => {
  const io = goldenTensors('foreign_io.safetensors')
  test.each(['timm_vit', 'hf_vit', 'hf_swin', 'timm_convnext', 'hf_convnext', 'timm_convnextv2', 'timm_beit', 'hf_beit'])(
    '%s',
    async (name) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'tessera-zoo-'))
      try {
        const file = path.join(folder, 'model.safetensors')
        writeFileSync(file, goldenBytes(`foreign_${name}.safetensors`))
        const config = { type: 'ImageClassifier', ...MODELS_OF[name.split('_')[1] ?? ''] }
        const model = await getModel(config, { pretrained: folder, builder: testContainer() })
        if (!(model instanceof ImageClassifier)) throw new Error('not a classifier')
        const input = io.get('input')
        const logits = tf.tidy(() => model.forward({ inputs: tf.tensor4d(input?.data ?? [], [2, 32, 32, 3]) }) as tf.Tensor)
        expect(relativeError(logits.dataSync(), io.get(`logits.${name}`)?.data ?? [])).toBeLessThan(2e-5)
        logits.dispose()
        model.dispose()
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )
})
