import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import {
  convertWeights,
  loadWeights,
  type Module,
  openWeightPlace,
  readSafetensors,
  safetensorsParts,
  stateDictOf,
  toFloat32,
  writeSafetensors,
} from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import { setFormulaWeights } from '../testing/formulaWeights.js'
import { goldenBytes } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'

beforeAll(async () => {
  await useBackend('auto')
})

/** Runs `use` with a folder of these files, and removes it. */
async function withFolder(files: Readonly<Record<string, Uint8Array>>, use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-convert-'))
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes)
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function build(config: object): Module {
  return testContainer().build<object>(MODELS, config) as Module
}

describe('a file of timm, to our names and back, is the file', () => {
  test.each(['timm_vit', 'timm_beit', 'timm_convnext', 'timm_convnextv2'])('%s', async (name) => {
    const bytes = goldenBytes(`foreign_${name}.safetensors`)
    const original = readSafetensors(bytes).tensors
    await withFolder({ 'theirs.safetensors': bytes }, async (folder) => {
      const theirs = openWeightPlace(path.join(folder, 'theirs.safetensors'))
      const ours = convertWeights(theirs).file
      expect([...ours.entries.keys()].every((key) => /^(backbone|head)\./.test(key))).toBe(true)
      const back = readSafetensors(Buffer.concat([...safetensorsParts(convertWeights(ours, { to: 'timm' }).file)])).tensors
      theirs.close()
      const names = [...original.keys()].filter((key) => !key.endsWith('relative_position_index'))
      expect([...back.keys()].sort()).toEqual(names.sort())
      for (const key of names) expect(back.get(key)).toEqual(original.get(key))
    })
  })
})

const SWIN = {
  type: 'SwinTransformer',
  arch: { embed_dims: 8, depths: [1, 1], num_heads: [2, 4] },
  img_size: 32,
  window_size: 4,
  out_indices: [1],
}

test('Swin goes to timm and comes back: merged patches in their order there, stages shifted', async () => {
  const config = {
    type: 'ImageClassifier',
    backbone: SWIN,
    neck: { type: 'GlobalAveragePooling' },
    head: { type: 'LinearClsHead', num_classes: 3, in_channels: 16 },
  }
  const model = build(config)
  setFormulaWeights(model)
  const state = stateDictOf(model)
  await withFolder({ 'ours.safetensors': writeSafetensors(state) }, async (folder) => {
    const ours = openWeightPlace(path.join(folder, 'ours.safetensors'))
    const { file } = convertWeights(ours, { to: 'timm' })
    expect([...file.entries.keys()]).toEqual(
      expect.arrayContaining([
        'patch_embed.proj.weight',
        'layers.1.downsample.reduction.weight',
        'layers.0.blocks.0.attn.qkv.weight',
        'norm.weight',
        'head.fc.bias',
      ]),
    )
    const reduction = toFloat32(file.read('layers.1.downsample.reduction.weight'))
    const mine = state.get('backbone.stages.0.downsample.reduction.weight')?.data ?? []
    // Ours: channel 0 with its neighbours (0,0), (0,1), (1,0), (1,1); theirs: neighbour by neighbour, column by column.
    expect([reduction[0], reduction[8], reduction[16], reduction[24]]).toEqual([mine[0], mine[2], mine[1], mine[3]])
    const again = convertWeights(file, { model }).file
    for (const [name] of model.namedParameters()) expect(toFloat32(again.read(name))).toEqual(state.get(name)?.data)
    ours.close()
  })
  model.dispose()
})

test('what timm does not have is refused by name, and so is a file that lacks a tensor of the model', async () => {
  const model = build({ type: 'ImageClassifier', backbone: SWIN, head: { type: 'ClsHead' } })
  await withFolder(
    { 'ours.safetensors': writeSafetensors(new Map([['backbone.stages.0.strange', { shape: [1], data: new Float32Array(1) }]])) },
    async (folder) => {
      const ours = openWeightPlace(path.join(folder, 'ours.safetensors'))
      expect(() => convertWeights(ours, { to: 'timm' })).toThrow(/stages\.0\.strange/)
      expect(() => convertWeights(ours, { model })).toThrow(/the file does not have it.*|patch_embed/s)
      ours.close()
    },
  )
})

describe('names of other versions', () => {
  async function loaded(config: object, rename: (name: string) => string | undefined) {
    const [source, target] = [build(config), build(config)]
    setFormulaWeights(source)
    const state = stateDictOf(source)
    const old = new Map(
      [...state].flatMap(([name, value]) => {
        const renamed = rename(name)
        return renamed === undefined ? [] : [[renamed, value] as const]
      }),
    )
    old.set('stages.0.blocks.0.attn.attn_mask', { shape: [2], data: new Float32Array(2) })
    setFormulaWeights(target)
    for (const parameter of target.parameters()) parameter.setValues(new Float32Array(parameter.size))
    let report: ReturnType<typeof loadWeights> | undefined
    await withFolder({ 'old.safetensors': writeSafetensors(old) }, (folder) => {
      report = loadWeights(target, path.join(folder, 'old.safetensors'))
    })
    const after = stateDictOf(target)
    for (const module of [source, target]) module.dispose()
    return { report, state, after }
  }

  test('Swin’s first version: one norm, masks in the file', async () => {
    const { report, state, after } = await loaded(SWIN, (name) =>
      name.replace('norm1.', (found) => (name.startsWith('norm1.') ? 'norm.' : found)),
    )
    expect([report?.missing, report?.unexpected]).toEqual([[], []])
    expect(after).toEqual(state)
  })

  test('BEiT’s pretraining: one table for all blocks, which each then has', async () => {
    const arch = { embed_dims: 8, num_layers: 2, num_heads: 2, feedforward_channels: 16 }
    const beit = { type: 'BEiTViT', arch, img_size: 16, patch_size: 8, use_rel_pos_bias: true, use_shared_rel_pos_bias: false }
    const table = 'relative_position_bias_table'
    const { report, state, after } = await loaded(beit, (name) => {
      if (name === `layers.0.attn.${table}`) return `rel_pos_bias.${table}`
      return name.endsWith(table) ? undefined : name
    })
    expect([report?.missing, report?.unexpected.filter((name) => !name.includes('attn_mask'))]).toEqual([[], []])
    const first = state.get(`layers.0.attn.${table}`)?.data
    expect([after.get(`layers.0.attn.${table}`)?.data, after.get(`layers.1.attn.${table}`)?.data]).toEqual([first, first])
  })
})
