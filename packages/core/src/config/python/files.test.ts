import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { TesseraError } from '../../errors.js'
import { loadConfig } from '../loadConfig.js'

const root = mkdtempSync(join(tmpdir(), 'tessera-python-'))
afterAll(() => rmSync(root, { recursive: true }))

let folder = root
let tests = 0
beforeEach(() => {
  folder = join(root, String(tests++), 'mmpretrain', 'configs')
})

function write(name: string, text: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** What an import of classes and names from other modules looks like in MMPreTrain's own lazy configs. */
const RUNTIME = `from mmengine.hooks import CheckpointHook, LoggerHook
from mmengine.runner import LogProcessor as Log
default_hooks = dict(logger=dict(type=LoggerHook, interval=100), checkpoint=dict(type=CheckpointHook, interval=1))
log_processor = dict(type=Log)
randomness = dict(seed=None, deterministic=False)
`

async function failure(file: string): Promise<TesseraError> {
  const error: unknown = await loadConfig(file).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TesseraError) return error
  throw new Error(`not a TesseraError: ${String(error)}`)
}

describe('configs with _base_', () => {
  test('inherit from each other and from other formats, and other formats from them', async () => {
    write('_base_/model.py', "model = dict(type='M', head=dict(type='H', n=10), sizes=(1, 2))\nscale = 2\n")
    write('_base_/runtime.yaml', 'work_dir: deep\n')
    write(
      'vit/a.py',
      "_base_ = ['../_base_/model.py', '../_base_/runtime.yaml']\nmodel = dict(head=dict(_delete_=True, type='G'))\nx = _base_.scale * 2\n",
    )
    const { config } = await loadConfig(write('b.json', '{ "_base_": "vit/a.py", "model": { "sizes": [3] } }'))
    expect(config).toEqual({ model: { type: 'M', head: { type: 'G' }, sizes: [3] }, scale: 2, work_dir: 'deep', x: 4 })
    expect(Object.keys(config)).toEqual(['model', 'scale', 'work_dir', 'x'])
  })

  test('may change their bases, which stay as they are for others', async () => {
    write('base.py', "p = [dict(type='A', scale=1)]\nmodel = dict(type='M', p=p)\n")
    write('changed.py', "_base_ = './base.py'\n_base_['p'][0]['scale'] = 2\n_base_.model.p = _base_.p\n")
    const { config } = await loadConfig(write('a.py', "_base_ = 'changed.py'\nq = _base_.p[0].scale\n"))
    expect(config).toEqual({ p: [{ type: 'A', scale: 2 }], model: { type: 'M', p: [{ type: 'A', scale: 2 }] }, q: 2 })
    expect((await loadConfig(join(folder, 'base.py'))).config['p']).toEqual([{ type: 'A', scale: 1 }])
  })

  test('lead back to themselves: an error', async () => {
    write('a.py', "_base_ = 'b.py'\n")
    expect((await failure(write('b.py', "_base_ = 'a.py'\n"))).code).toBe('CONFIG_CYCLE')
    expect((await failure(write('c.py', "_base_ = 'c.py'\nx = _base_.y\n"))).code).toBe('CONFIG_CYCLE')
  })

  test('that overlap side by side: an error that names both', async () => {
    write('a.py', 'lr = 1\n')
    write('b.py', 'lr = 2\n')
    expect((await failure(write('c.py', "_base_ = ['a.py', 'b.py']\nx = _base_.lr\n"))).message).toMatch(
      /two bases of .*c\.py set the same top-level key: 'a\.py' and 'b\.py'/,
    )
  })

  test('cannot have a base in the lazy-import style, as in MMEngine', async () => {
    write('lazy.py', 'from torch.optim import SGD\nx = dict(type=SGD)\n')
    expect((await failure(write('a.py', "_base_ = 'lazy.py'\n"))).message).toMatch(
      /lazy\.py: .*a\.py has this file as `_base_`, but it is written in the lazy-import style/,
    )
    write('old.py', "_base_ = 'lazy.py'\n")
    expect(
      (await failure(write('b.py', 'from mmengine.config import read_base\nwith read_base():\n    from .old import *\n'))).message,
    ).toMatch(/old\.py: .*b\.py imports this file, which has bases by `_base_`: one chain has one style/)
  })

  test('bytes that are no UTF-8 are refused in a base of the lazy-import style, too', async () => {
    const base = write('broken.py', '')
    writeFileSync(base, Buffer.from("a = 1\nb = '\xff'\n", 'latin1'))
    const file = write('a.py', 'from mmengine.config import read_base\nwith read_base():\n    from .broken import *\n')
    expect((await failure(file)).message).toMatch(/broken\.py:2: the config is not valid UTF-8/)
  })
})

describe('configs in the lazy-import style', () => {
  const head = 'from mmengine.config import read_base\n\nwith read_base():\n    from .._base_.runtime import *\n'
  beforeEach(() => {
    write('_base_/runtime.py', RUNTIME)
  })

  test('classes are their dotted names; what is imported is no part of the config, and usable from the base', async () => {
    const file = write(
      'a/x.py',
      `${head}import torch.nn as nn\nimport mmpretrain.models\nfrom torch.optim import AdamW\nmodel = dict(type=mmpretrain.models.ViT, act=nn.GELU, norm=AdamW.x)\nhook = dict(type=CheckpointHook)\n`,
    )
    const { config } = await loadConfig(file)
    expect(config).toEqual({
      default_hooks: {
        logger: { type: 'mmengine.hooks.LoggerHook', interval: 100 },
        checkpoint: { type: 'mmengine.hooks.CheckpointHook', interval: 1 },
      },
      log_processor: { type: 'mmengine.runner.LogProcessor' },
      randomness: { seed: null, deterministic: false },
      model: { type: 'mmpretrain.models.ViT', act: 'torch.nn.GELU', norm: 'torch.optim.AdamW.x' },
      hook: { type: 'mmengine.hooks.CheckpointHook' },
    })
  })

  test('update merges and assignment replaces; a later base wins; keys are attributes of what comes from a base', async () => {
    write('_base_/model.py', "model = dict(type='M', backbone=dict(arch='b', n=1), neck=None)\nrandomness = dict(seed=1)\n")
    const file = write(
      'a/x.py',
      `${head}    from .._base_.model import *\nmodel.update(backbone=dict(arch='l'), head=dict(n=2))\nmodel.backbone.update(dict(m=3))\nmodel.neck = dict(k=1)\nrandomness.update(diff_rank_seed=True)\nlog_processor = dict(window=1)\n`,
    )
    const { config } = await loadConfig(file)
    expect(config).toMatchObject({
      model: { type: 'M', backbone: { arch: 'l', n: 1, m: 3 }, neck: { k: 1 }, head: { n: 2 } },
      randomness: { seed: 1, diff_rank_seed: true },
      log_processor: { window: 1 },
    })
  })

  test('merge follows _delete_, whose marker is gone afterwards', async () => {
    write('_base_/model.py', "model = dict(type='M', head=dict(a=1, b=2), neck=dict(c=3))\n")
    const file = write(
      'a/x.py',
      'from mmengine.config import read_base\nwith read_base():\n    from .._base_.model import model as net\nnet.merge(dict(head=dict(_delete_=True, z=1), neck=dict(d=4)))\n',
    )
    expect((await loadConfig(file)).config).toEqual({ net: { type: 'M', head: { z: 1 }, neck: { c: 3, d: 4 } } })
  })

  test('a base shared by two bases is read for each of them', async () => {
    write(
      '_base_/one.py',
      'from mmengine.config import read_base\nwith read_base():\n    from .runtime import randomness\nrandomness.update(seed=1)\n',
    )
    const file = write(
      'a/x.py',
      'from mmengine.config import read_base\nwith read_base():\n    from .._base_.one import randomness as first\n    from .._base_.runtime import randomness as second\n',
    )
    expect((await loadConfig(file)).config).toEqual({
      first: { seed: 1, deterministic: false },
      second: { seed: null, deterministic: false },
    })
  })

  test('a base by the full name of its module is found in the package around the file', async () => {
    const file = write(
      'a/x.py',
      'from mmengine.config import read_base\nwith read_base():\n    from mmpretrain.configs._base_.runtime import randomness\n',
    )
    expect((await loadConfig(file)).config).toEqual({ randomness: { seed: null, deterministic: false } })
  })

  test.each<[string, string, string, RegExp]>([
    [
      'a base that is not there',
      'with read_base():\n    from .nobody import *\n',
      'CONFIG_NOT_FOUND',
      /x\.py:2:5: there is no base .*nobody\.py/,
    ],
    [
      'a package that is not there',
      'with read_base():\n    from mmdet.configs.x import *\n',
      'CONFIG_NOT_FOUND',
      /the base mmdet\.configs\.x is not found/,
    ],
    [
      'a name that the base lacks',
      'with read_base():\n    from .._base_.runtime import model\n',
      'CONFIG_SYNTAX',
      /runtime\.py defines no 'model'\. It defines CheckpointHook/,
    ],
    ['a statement among the bases', 'with read_base():\n    x = 1\n', 'CONFIG_SYNTAX', /only `from … import …` of a config file/],
    [
      'bases in a condition',
      'if True:\n    with read_base():\n        from .._base_.runtime import *\n',
      'CONFIG_SYNTAX',
      /stands at the top level only/,
    ],
    [
      '_base_ as a variable',
      "from torch.optim import SGD\n_base_['x'] = 1\n",
      'CONFIG_SYNTAX',
      /x\.py:2:1: the name '_base_' is not defined/,
    ],
    ['a file that imports itself', 'with read_base():\n    from .x import *\n', 'CONFIG_CYCLE', /x\.py.* → .*x\.py/],
  ])('%s', async (_name, text, code, message) => {
    const error = await failure(write('a/x.py', text))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })
})
