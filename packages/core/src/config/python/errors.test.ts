import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '../../errors.js'
import { processorTime } from '../testing/processorTime.js'
import { readText } from './testing/readText.js'

async function failure(text: string, given: Parameters<typeof readText>[1] = {}): Promise<TesseraError> {
  const error: unknown = await readText(text, given).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TesseraError) return error
  throw new Error(`not a TesseraError: ${String(error)}`)
}

test('an error names file, line and column, what is supported, and draws the line with a caret', async () => {
  const error = await failure("# one\nmodel = dict(\n    type='A',\n    act=lambda x: x,\n)\n")
  expect(error.code).toBe('UNSUPPORTED')
  expect(error.message).toBe(
    '/configs/demo.py:4:9: a lambda is not part of the language of configs. A Python config is read as data: literals, dict/list/tuple/set, arithmetic, comparisons, indexing and slices, comprehensions, f-strings, `if`, `for`, `_base_`, `with read_base()`, imports of classes, and the methods of dict, list and str.\n' +
      '  4 |     act=lambda x: x,\n' +
      '    |         ^^^^^^^^^^^',
  )
})

describe('Python outside the language of configs', () => {
  test.each<[string, string, string, RegExp]>([
    ['a function', 'x = 1\ndef f(a):\n    return a\n', '2:1', /a function definition/],
    ['a class', 'class A:\n    pass\n', '1:1', /a class definition/],
    ['a decorator', '@f\ndef g():\n    pass\n', '1:1', /a decorator/],
    ['while', 'while True:\n    pass\n', '1:1', /'while'/],
    ['try', 'try:\n    x = 1\nexcept E:\n    pass\n', '1:1', /'try'/],
    ['with', 'with open("x") as f:\n    pass\n', '1:1', /a 'with' other than `with read_base\(\):`/],
    ['assert', 'assert 1\n', '1:1', /'assert'/],
    ['raise', 'raise E\n', '1:1', /'raise'/],
    ['global', 'global x\n', '1:1', /'global'/],
    ['the walrus', 'x = (y := 3)\n', '1:6', /':='/],
    ['an ellipsis', 'x = [...]\n', '1:6', /'\.\.\.'/],
    ['bytes', "x = b'a'\n", '1:5', /bytes are no config value/],
    ['complex numbers', 'x = 3j\n', '1:5', /complex numbers/],
    ['characters by name', "x = '\\N{BULLET}'\n", '1:5', /characters by name/],
    ['print as a statement', "print 'x'\n", '1:1', /'print'/],
    [
      'a call of an imported class',
      'from torch.optim import SGD\nx = SGD(lr=1)\n',
      '2:5',
      /'torch.optim.SGD' is only a name here: nothing that is imported is called/,
    ],
    ["a module of Python's library", 'import subprocess\n', '1:1', /the module 'subprocess' is not available.*copy, math and os\.path/],
    ["a name of Python's library", 'from os import environ\n', '1:1', /'os.environ' is not available/],
    ["a member of Python's library", 'import os\nx = os.environ\n', '2:5', /'os.environ' does not exist here/],
    ['a name that is not defined', 'lr = 1\nx = Lr\n', '2:5', /the name 'Lr' is not defined\. Did you mean 'lr'/],
    ['open', "x = open('/etc/passwd')\n", '1:5', /the name 'open' is not defined/],
    ['eval', "x = eval('1')\n", '1:5', /the name 'eval' is not defined/],
    ['__import__', "x = __import__('os')\n", '1:5', /the name '__import__' is not defined/],
    ['the way to all classes', 'x = ().__class__.__bases__\n', '1:5', /a tuple has no attribute '__class__'/],
    ['the way to the constructor of JavaScript', 'x = {}.constructor\n', '1:5', /a dict has no attribute 'constructor'/],
    ['the same by a format', "x = '{0.__class__}'.format(1)\n", '1:5', /an attribute of a value that has none/],
    ['a value read from the file by a format', "x = '{x}'.format(1)\n", '1:5', /no value for '\{x\}'/],
  ])('%s', async (_name, text, place, message) => {
    const error = await failure(text)
    expect(error.message).toMatch(message)
    expect(error.details.path).toBe(`/configs/demo.py:${place}`)
    expect(error.message.split('\n').at(-1)).toMatch(/^ +\| +\^+$/)
  })
})

describe('mistakes', () => {
  test.each<[string, string, string, RegExp]>([
    ['a bracket that is not closed', 'x = dict(\n  a=1,\n', '2:6', /the file ends too early/],
    ['a bracket too many', 'x = 1)\n', '1:6', /not valid Python/],
    ['a text that is not closed', "x = 'abc\ny = 1\n", '1:5', /this string is not closed/],
    ['an f-string that is not closed', "x = f'{1} {{\r+ 'a'\n", '1:5', /this string is not closed/],
    ['a comma that is missing', 'x = dict(a=1\n         b=2)\n', '2:10', /not valid Python/],
    ['an indentation out of place', 'x = 1\n  y = 2\n', '2:3', /indented out of place/],
    ['an addition to several targets', 'a, b += 1\n', '1:1', /a tuple cannot stand before \+=/],
    ['an assignment to a value', '1 = 2\n', '1:1', /nothing can be assigned to this/],
    ['a key that does not exist', "x = dict(a=1)\ny = x['b']\n", '2:5', /there is no key 'b'\. Its keys are 'a'/],
    ['an attribute of a dict', 'x = dict(a=1)\ny = x.a\n', '2:5', /a dict has no attributes\. Write \['a'\]/],
    ['an index out of range', 'x = [1][3]\n', '1:5', /the index 3 is out of range for 1 items/],
    ['a sum of what cannot be added', "x = 1 + 'a'\n", '1:5', /'\+' does not work between int and str/],
    ['a division by zero', 'x = 1 / 0\n', '1:5', /division by zero/],
    ['too many values', 'a, b = 1, 2, 3\n', '1:1', /3 values cannot be unpacked into 2 names/],
    ['an unknown argument', 'x = round(1, digits=2)\n', '1:5', /round\(\) has no argument 'digits'/],
    ['an argument given twice', 'x = dict(a=1, **dict(a=2))\n', '1:17', /the argument 'a' is given twice/],
    ['a key that is a list', 'x = {[1]: 2}\n', '1:6', /a list cannot be a key here/],
    ['a placeholder outside of a text', 'x = {{ fileBasename }}\n', '1:5', /stands outside a string/],
    ['a wrong import of a base', 'from . import x\n', '1:1', /stands in `with read_base\(\):`/],
    ['a base that is imported without it', 'from .a import *\n', '1:1', /`from … import \*` is for bases/],
    ['an octal number as in C', 'x = 017\n', '1:5', /cannot start with 0/],
    ['a null character', 'x = "a\0b"\n', '1:7', /a null character/],
  ])('%s', async (_name, text, place, message) => {
    const error = await failure(text)
    expect(error.message).toMatch(message)
    expect(error.details.path).toBe(`/configs/demo.py:${place}`)
  })

  test.each<[string, string, RegExp]>([
    ['a function in the config', 'x = dict(a=[round])', /demo\.py: x\.a\[0\]: a function is no config value; got 'round'/],
    ['an integer that is not exact in JavaScript', 'x = dict(a=2**53)', /demo\.py: x\.a: this integer is too large to be exact/],
    ['None as a key', 'x = {None: 1}', /demo\.py: x: None is no key of a config/],
    ['the prototype as a key', "x = {'__proto__': 1}", /x\.__proto__: the key '__proto__' is not allowed/],
    ['two keys that are one in JavaScript', "x = {1: 2, '1': 3}", /the keys 1 and '1' would be one/],
    [
      'a variable that is not set',
      "x = 1\ny = '{{$MISSING}}'",
      /the environment variable MISSING is not set, and the config gives no default/,
    ],
    ['a list that contains itself', 'x = []\nx.append(x)', /nested deeper than 200 levels, or an object contains itself/],
  ])('%s', async (_name, text, message) => {
    expect((await failure(text)).message).toMatch(message)
  })

  test('a caret stays under its construct behind a placeholder that was filled in, and in a long line', async () => {
    const behind = await failure('x = {{$N:80}} + nothing', {})
    expect(behind.details.path).toBe('/configs/demo.py:1:17')
    const long = await failure(`x = [${'1, '.repeat(100_000)}nothing]`)
    expect(long.details.path).toBe('/configs/demo.py:1:300006')
    const [shown = '', caret = ''] = long.message.split('\n').slice(-2)
    expect(shown.length).toBeLessThan(140)
    expect(shown.slice(caret.indexOf('^'))).toMatch(/^nothing/)
  })

  test('what a terminal would obey is not shown', async () => {
    expect((await failure("x = '\u001b[31m' + 1")).message).not.toContain('\u001b')
  })
})

describe('limits: an error within a second, in bounded memory', () => {
  const nest = (open: string, close: string, depth: number): string => `x = ${open.repeat(depth)}1${close.repeat(depth)}`
  test.each<[string, string]>([
    ['brackets that nest and close', nest('[', ']', 300_000)],
    ['brackets that never close', `x = ${'['.repeat(900_000)}`],
    ['calls in calls', nest('dict(a=', ')', 5000)],
    ['negations', nest('-', '', 500_000)],
    ['a sum of a hundred thousand', `x = ${'1 + '.repeat(100_000)}1`],
    ['attributes of attributes', `import a\nx = a${'.b'.repeat(300_000)}`],
    ['conditions in conditions', `x = ${'1 if 1 else '.repeat(50_000)}1`],
    ['blocks in blocks', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}if 1:`).join('\n')],
    ['a text of ten megabytes', `x = '${'a'.repeat(10_000_000)}'`],
    ['a list that grows', 'a = [1]\nfor i in range(1000):\n    a = a * 10\n'],
    ['a text that grows', "a = 'x'\nfor i in range(1000):\n    a = a * 10\n"],
    ['a text that is repeated', "a = 'x' * 10**15"],
    ['a number that grows', 'a = 3\nfor i in range(1000):\n    a = a * a\n'],
    ['a power tower', 'a = 10**10**10'],
    ['a shift', 'a = 1 << 10**9'],
    ['a long number', `a = ${'9'.repeat(900_000)}`],
    ['a long range', 'a = range(10**12)'],
    ['loops in loops', 'for i in range(5000):\n    for j in range(5000):\n        x = 1\n'],
    ['a list that grows while it is gone through', 'a = [1]\nfor x in a:\n    a.append(x)\n'],
    ['a laughing list', `a = [1]\n${'a = [a, a, a, a, a, a, a, a, a, a]\n'.repeat(60)}`],
    ['a laughing text', `a = [1]\n${'a = [a, a]\n'.repeat(60)}b = str(a)\n`],
    ['a laughing copy', `import copy\na = [1]\n${'a = [a, a]\n'.repeat(60)}b = copy.deepcopy(a)\n`],
    ['a laughing comparison', `a = [1]\nb = [1]\n${'a = [a, a]\nb = [b, b]\n'.repeat(60)}c = a == b\n`],
    ['a wide format', "a = f'{1:>999999999}'"],
    ['formats over and over', "a = 'x' * 1000\nfor i in range(100000):\n    b = '{0}{0}{0}'.format(a)\n"],
    ['searches in a long text', "a = 'x' * 1000000\nfor i in range(100000):\n    b = 'y' in a\n"],
    ['first letters of a long text', "a = 'x' * 1000000\nfor i in range(100000):\n    b = a[0]\n"],
    ['comprehensions in comprehensions', 'a = [i for i in range(1000) for j in range(1000) for k in range(1000)]'],
  ])('%s', async (_name, text) => {
    const took = await processorTime(async () => {
      const error = await failure(text)
      expect(['INVALID_CONFIG', 'CONFIG_SYNTAX']).toContain(error.code)
      expect(error.message.length).toBeLessThan(1500)
    })
    expect(took).toBeLessThan(1000)
  })

  test('a large config is no attack', async () => {
    const entries = Array.from({ length: 5000 }, (_, index) => `    dict(type='A', index=${index}, scale=(1, 2)),`)
    const { pipeline } = await readText(`pipeline = [\n${entries.join('\n')}\n]\n`)
    expect((pipeline as unknown[]).length).toBe(5000)
  })
})
