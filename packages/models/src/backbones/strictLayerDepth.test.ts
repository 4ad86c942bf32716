import { expect, test } from '@jest/globals'
import { hivitLayerDepth } from './hivit/hivitLayerDepth.js'
import { resNetLayerDepth } from './resnet/resNetLayerDepth.js'
import { swinLayerDepth } from './swin/swinLayerDepth.js'
import { vitLayerDepth } from './visionTransformer/layerDepth.js'

type Depth = (name: string, mode: 'reference' | 'strict') => readonly [number, number]

const vit: Depth = (name, mode) => vitLayerDepth(name, 'backbone.', 3, mode)
const swin: Depth = (name, mode) => swinLayerDepth(name, 'backbone.', [2, 2], mode)
const hivit: Depth = (name, mode) => hivitLayerDepth(name, 'backbone.', 9, mode)
const resnet50: Depth = (name, mode) => resNetLayerDepth(name, 'student.', [3, 4, 6, 3], mode)

/** What MMPreTrain answers, which the golden data hold too, and what `layer_depth: 'strict'` answers instead. */
test.each<[string, Depth, string, number, number]>([
  ['distillation token', vit, 'backbone.dist_token', 4, 0],
  ['norm before the blocks', vit, 'backbone.pre_norm.weight', 4, 0],
  ['bias that all blocks share', vit, 'backbone.rel_pos_bias.relative_position_bias_table', 4, 0],
  ['a block', vit, 'backbone.layers.1.ln1.weight', 2, 2],
  ['final norm', vit, 'backbone.ln1.weight', 4, 4],
  ['Swin’s positions', swin, 'backbone.absolute_pos_embed', 5, 0],
  ['Swin’s downsampling', swin, 'backbone.stages.0.downsample.reduction.weight', 2, 2],
  ['a block of HiViT', hivit, 'backbone.blocks.4.norm2.weight', 10, 5],
  ['a stage of a ResNet that is not called backbone', resnet50, 'student.layer3.4.conv1.weight', 0, 5],
  ['head', resnet50, 'head.fc.weight', 7, 7],
])('%s', (_, depth, name, reference, strict) => {
  expect([depth(name, 'reference')[0], depth(name, 'strict')[0]]).toEqual([reference, strict])
})

test('ResNet-18 has depths in strict mode, and says how to get them otherwise', () => {
  const blocks = [2, 2, 2, 2]
  expect(() => resNetLayerDepth('backbone.conv1.weight', 'backbone.', blocks, 'reference')).toThrow(/layer_depth: 'strict'/)
  const depth = (name: string) => resNetLayerDepth(name, 'backbone.', blocks, 'strict')
  expect(
    ['conv1.weight', 'layer1.0.bn1.bias', 'layer2.1.bn1.bias', 'layer3.0.bn1.bias', 'layer4.1.bn2.bias'].map((name) =>
      depth(`backbone.${name}`),
    ),
  ).toEqual([
    [0, 6],
    [1, 6],
    [2, 6],
    [3, 6],
    [4, 6],
  ])
  expect(depth('head.fc.weight')).toEqual([5, 6])
})
