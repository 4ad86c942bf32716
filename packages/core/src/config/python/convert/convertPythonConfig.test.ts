import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { convertPythonConfig } from './convertPythonConfig.js'

const root = mkdtempSync(join(tmpdir(), 'tessera-convert-'))
afterAll(() => rmSync(root, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(root, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** The TypeScript for a Python config, without the line that says where it comes from. */
async function convert(text: string, name = 'a/recipe.py'): Promise<string> {
  const file = write(name, text)
  return (await convertPythonConfig(file, file.replace(/py$/, 'ts'))).text
}

describe('convertPythonConfig', () => {
  test('keeps bases, order, comments, arithmetic and names, and types pipelines', async () => {
    write('_base_/runtime.py', 'log_level = 1\n')
    const text = `# The recipe.
_base_ = '../_base_/runtime.py'

# data
dataset_type = 'ImageNet'
mean = [1., 2.5]
train_pipeline = [
    dict(type='Resize', scale=(224, 224)),  # to size
    # normalised
    dict(type='Normalize', mean=mean[::-1]),
]
train_dataloader = dict(batch_size=8, dataset=dict(type=dataset_type, pipeline=train_pipeline))

optim_wrapper = dict(  # schedule
    optimizer=dict(type='AdamW', lr=5e-4 * 1024 / 512, eps=1e-8, betas=(0.9, .999)),
    paramwise_cfg=dict(custom_keys={
        # no decay
        '.cls_token': dict(decay_mult=0.),
        "it's": dict(decay_mult=-1),
    }))
model = None  # given by the base
# the end
`
    expect(await convert(text)).toBe(`import { defineConfig } from '@tessera/configs'
import { type ComponentConfig, type TransformTypes, tuple } from '@tessera/core'

// The recipe.
// data
const dataset_type = 'ImageNet'
const train_pipeline: ComponentConfig<TransformTypes>[] = [
  { type: 'Resize', scale: tuple(224, 224) }, // to size
  // normalised
  { type: 'Normalize', mean: [2.5, 1] },
]

/** Converted from recipe.py. */
export default defineConfig({
  _base_: '../_base_/runtime.py',
  ...{ dataset_type, train_pipeline },
  ...{ mean: [1, 2.5] },
  train_dataloader: { batch_size: 8, dataset: { type: dataset_type, pipeline: train_pipeline } },
  optim_wrapper: {
    // schedule
    optimizer: { type: 'AdamW', lr: 5e-4 * 1024 / 512, eps: 1e-8, betas: tuple(0.9, 0.999) },
    paramwise_cfg: {
      custom_keys: {
        // no decay
        '.cls_token': { decay_mult: 0 },
        "it's": { decay_mult: -1 },
      },
    },
  },
  model: null, // given by the base
  // the end
})
`)
  })

  test('writes what a file computes, and what it changes afterwards, as values', async () => {
    const text =
      "import copy\nlr = 2**3 * -(1 + 1)\nmodel = dict(n=[i for i in range(3)], s=f'{lr}')\nmodel['n'].append(7)\nother = copy.deepcopy(model)\nlr = 5\n"
    expect(await convert(text)).toContain(`const lr = 5

/** Converted from recipe.py. */
export default defineConfig({
  ...{ lr },
  model: { n: [0, 1, 2, 7], s: '-16' },
  ...{ other: { n: [0, 1, 2, 7], s: '-16' } },
})`)
  })

  test('refers to a constant only where it still has that value', async () => {
    const text = "name = 'A'\nmodel = dict(type=name)\nname = 'B'\nval_cfg = dict(type=name)\n"
    expect(await convert(text)).toContain("  model: { type: 'A' },\n  val_cfg: { type: name },\n")
  })

  test('says what a file changes in its bases', async () => {
    write('_base_/data.py', "pipeline = [dict(type='A', scale=1)]\nmodel = dict(a=1, b=2)\n")
    const text = "_base_ = ['../_base_/data.py']\n_base_['pipeline'][0]['scale'] = 2  # larger\n_base_.model.pop('a')\n"
    expect(await convert(text)).toContain(`export default defineConfig({
  _base_: '../_base_/data.py',
  ...{ pipeline: [{ type: 'A', scale: 2 }] },
  model: { _delete_: true, b: 2 },
  // larger
})`)
  })

  test('gives a lazy config the files as bases that it takes whole, and the difference to them', async () => {
    write('_base_/lazy.py', 'from torch.optim import SGD\noptim_wrapper = dict(optimizer=dict(type=SGD, lr=1))\nval_cfg = dict(n=1)\n')
    const text =
      'from mmengine.config import read_base\nwith read_base():\n    from .._base_.lazy import *\noptim_wrapper.update(optimizer=dict(lr=2))\nval_cfg = dict(m=1)\n'
    expect(await convert(text)).toContain(
      "  _base_: '../_base_/lazy.py',\n  val_cfg: { _delete_: true, m: 1 },\n  optim_wrapper: { optimizer: { lr: 2 } },\n",
    )
    const partly = text.replace('import *', 'import optim_wrapper, val_cfg')
    expect(await convert(partly)).toContain("  val_cfg: { m: 1 },\n  optim_wrapper: { optimizer: { type: 'torch.optim.SGD', lr: 2 } },\n")
  })

  test('nothing in a text, a key or a comment becomes code', async () => {
    const nasty = '*/ process.exit(1) // `'
    const text = `# ${nasty}\u2028process.exit(2)\nmodel = {"a'b\\"${nasty}\\u2028\\n": '${nasty}\\\\'}\n`
    const converted = await convert(text, 'a/*/x.py')
    expect(converted).toContain(`// ${nasty} process.exit(2)`)
    expect(evaluate(converted).model).toEqual({ [`a'b"${nasty}\u2028\n`]: `${nasty}\\` })
  })
})

/** The config object, evaluated as it stands. */
function evaluate(text: string): { model: object } {
  const body = text.slice(text.indexOf('defineConfig({') + 'defineConfig('.length, text.lastIndexOf(')'))
  return new Function(`return ${body}`)()
}
