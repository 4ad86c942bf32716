import { describe, expect, test } from '@jest/globals'
import { readText } from './testing/readText.js'

describe('statements', () => {
  test.each<[string, string, object]>([
    [
      'several targets, and values taken apart',
      'a = b = [1]\nb.append(2)\n(c, *d), e = (1, 2, 3), 4\n[f, g] = "xy"',
      { a: [1, 2], b: [1, 2], c: 1, d: [2, 3], e: 4, f: 'x', g: 'y' },
    ],
    ['annotated names', 'x: int = 3\ny: str', { x: 3 }],
    ['statements on one line', 'a = 1; b = 2;', { a: 1, b: 2 }],
    [
      'augmented assignment, in place for lists',
      'a = [1]\nb = a\na += [2]\nc = 2\nc *= 0.5\nd = dict(x=[1])\nd["x"][0] -= 3',
      { a: [1, 2], b: [1, 2], c: 1, d: { x: [-2] } },
    ],
    ['items and slices as targets', 'a = [1, 2, 3]\na[0] = 5\na[1:] = [6]\nd = dict()\nd["k"] = a\ndel a[0]', { a: [6], d: { k: [6] } }],
    ['names that are deleted', 'a = 1\nb = 2\ndel a', { b: 2 }],
    ['if, elif and else', 'n = 3\nif n > 5:\n    x = 1\nelif n > 2:\n    x = 2\nelse:\n    x = 3', { n: 3, x: 2 }],
    ['what would run as a script only', "if __name__ == '__main__':\n    x = unknown()\ny = 1", { y: 1 }],
    [
      'for with break, continue and else',
      'out = []\nfor i in range(9):\n    if i == 1:\n        continue\n    if i == 4:\n        break\n    out.append(i)\nelse:\n    out = None',
      { out: [0, 2, 3], i: 4 },
    ],
    ['for to its end', 'for k, v in dict(a=1).items():\n    x = v\nelse:\n    y = 2', { k: 'a', v: 1, x: 1, y: 2 }],
    [
      'a name with two underscores, a function and a module are no part of the config',
      'import copy\nfrom math import pi, ceil\nr = round\n__x = 1\ny = ceil(pi)',
      { pi: Math.PI, y: 4 },
    ],
    ['docstrings and comments', '"""A recipe."""\n# nothing\na = 1  # one\n', { a: 1 }],
    ['a file without anything', '', {}],
    ['Windows line ends and a byte-order mark', "\uFEFFa = '''x\r\ny'''\r\nb = 1\r\n", { a: 'x\ny', b: 1 }],
    [
      'the library',
      "import os.path as osp\nimport os\nimport math\nx = osp.join('a', 'b/', 'c')\ny = os.path.splitext('m/n.tar.gz')\nz = math.sqrt(16)",
      { x: 'a/b/c', y: ['m/n.tar', '.gz'], z: 4 },
    ],
  ])('%s', async (_name, text, expected) => {
    const config = await readText(text)
    expect(config).toEqual(expected)
    expect(Object.keys(config)).toEqual(Object.keys(expected))
  })

  test('what is shared in the file is changed for all who share it, and a deep copy is not', async () => {
    const text =
      'import copy\nstep = dict(type="A", scale=1)\npipeline = [step]\nother = copy.deepcopy(pipeline)\nstep["scale"] = 2\nloader = dict(pipeline=pipeline)'
    expect(await readText(text)).toEqual({
      step: { type: 'A', scale: 2 },
      pipeline: [{ type: 'A', scale: 2 }],
      other: [{ type: 'A', scale: 1 }],
      loader: { pipeline: [{ type: 'A', scale: 2 }] },
    })
  })

  test('methods of lists, dicts and sets change them', async () => {
    const text = [
      'a = [3, 1]',
      'a.append(2)',
      'a.extend((5, 5))',
      'a.insert(0, 9)',
      'a.remove(1)',
      'last = a.pop()',
      'at = a.index(2)',
      'a.sort()',
      'a.reverse()',
      'd = dict(x=1)',
      'd.update(y=2, x=3)',
      "d.update({'z': 4})",
      "d.setdefault('w', []).append(1)",
      "gone = d.pop('z')",
      'd |= dict(v=1)',
      's = {1}',
      's.add(2)',
    ]
    expect(await readText(text.join('\n'))).toEqual({
      a: [9, 5, 3, 2],
      last: 5,
      at: 2,
      d: { x: 3, y: 2, w: [1], v: 1 },
      gone: 4,
      s: [1, 2],
    })
  })
})

describe('placeholders', () => {
  const file = '/work dir/it\'s/my "cfg".py'

  test('of the file are filled in as text, whatever it is called', async () => {
    const text = "a = './{{ fileBasenameNoExtension }}/{{fileExtname}}'\nb = f'{1}{{ fileBasename }}'\nc = '''{{ fileDirname }}'''"
    expect(await readText(text, { file })).toEqual({ a: './my "cfg"/.py', b: '1my "cfg".py', c: "/work dir/it's" })
  })

  test('of the environment are text in a string, and values outside of one', async () => {
    const text = "a = '{{$ROOT:data}}/x'\nb = {{'$N:80'}} + 1\nc = {{$N:80}}  # {{$none}}\nd = dict(lr={{ $LR:0.5 }}, e='{{$UNSET:x}}')"
    expect(await readText(text, { environment: { ROOT: '/m', N: '8' } })).toEqual({ a: '/m/x', b: 9, c: 8, d: { lr: 0.5, e: 'x' } })
  })

  test('that stand in braces for a value of the bases give it', async () => {
    const bases = { 'b.py': { policies: [{ type: 'A' }], lr: 0.5 } }
    const text = "_base_ = 'b.py'\nx = dict(p={{_base_.policies}}, lr={{ _base_.lr }} * 2)"
    expect(await readText(text, { bases })).toEqual({ _base_: 'b.py', x: { p: [{ type: 'A' }], lr: 1 } })
  })
})

describe('bases', () => {
  const bases = { 'b.py': { model: { type: 'M', head: { n: 1 } }, pipeline: [{ type: 'A' }, { type: 'B', scale: 1 }], lr: 0.5 } }

  test('are named, not merged, and are not part of what the file says', async () => {
    expect(await readText("_base_ = ['a.py', 'b.py']\nmodel = dict(n=1)")).toEqual({ _base_: ['a.py', 'b.py'], model: { n: 1 } })
  })

  test('can be read by key and by attribute', async () => {
    const text = "_base_ = ['b.py']\na = _base_.model.head.n + _base_['lr']\nb = _base_.pipeline[::-1]"
    expect(await readText(text, { bases })).toEqual({ _base_: ['b.py'], a: 1.5, b: [{ type: 'B', scale: 1 }, { type: 'A' }] })
  })

  test('can be changed: the change is part of what the file says', async () => {
    const text = "_base_ = ['b.py']\n_base_['pipeline'][1]['scale'] = 192\n_base_.model.head.m = 2"
    expect(await readText(text, { bases })).toEqual({
      _base_: ['b.py'],
      pipeline: [{ type: 'A' }, { type: 'B', scale: 192 }],
      model: { head: { m: 2 } },
    })
    expect(bases['b.py'].pipeline[1]).toEqual({ type: 'B', scale: 1 })
  })

  test('take copies in: what is put into a base does not change with the variable', async () => {
    const text = "_base_ = 'b.py'\np = [dict(x=1)]\n_base_.model.p = p\np[0]['x'] = 2"
    expect(await readText(text, { bases })).toEqual({ _base_: 'b.py', model: { p: [{ x: 1 }] }, p: [{ x: 2 }] })
  })

  test('lose a section that the file deletes', async () => {
    const text = "_base_ = 'b.py'\ndel _base_.model.head\n_base_.model.pop('type')"
    expect(await readText(text, { bases })).toEqual({ _base_: 'b.py', model: { _delete_: true } })
  })

  test('merge on update, as MMEngine does', async () => {
    const text = "_base_ = 'b.py'\n_base_.model.update(head=dict(m=2), k=dict(z=1))"
    expect(await readText(text, { bases })).toEqual({ _base_: 'b.py', model: { head: { m: 2 }, k: { z: 1 } } })
  })
})
