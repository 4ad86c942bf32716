import { describe, expect, test } from '@jest/globals'
import { parseModule } from './parseModule.js'
import { parsePlain } from './parsePlain.js'

describe('plain files parse to what the parser of whole Python makes of them', () => {
  test.each([
    '',
    '# only a comment',
    'a = 1',
    'a = 1 # end\n\n  # a comment of its own\nb = 2\n',
    "_base_ = ['a.py', 'b.py',]",
    "a = dict(type='X', size=(1, 2), *b, **c)",
    "a = {'a': 1, 'b': [1., 2.5e-3, -3, +4], **c}",
    'a = b = (1)',
    'a, b = 1, (2,)',
    'a[0].b, [c, d] = x',
    'a = (1 + 2) * -3 / 4 // 5 % 6 - 7',
    'a = 1 - (2 - 3)\n',
    "a.b['c'][1:2], a = b[::-1], b[:], b[1:]",
    "_base_.model.head['x'] = a(1)(b=2).c",
    'a += [1, 2]',
    "a = ('x' 'y'\n  # between\n  \"z\")",
    "'''doc\nstring'''\na = r'\\d' u'x'",
    "a = '\\n\\x41' + ''",
    'a = True, None, False,',
    'a = [*b, c]',
    'a = dict(\n    b=1,  # one\n    c=(),\n)\n\n',
    'a=b.c .d',
    'a = (b).c + (d)(e)',
    'a = 5.',
    'a = 1e3 + 0.5 + .5 + 10',
    'f(a, b)',
    "a = ''",
    'a = """"x" """',
  ])('%j', (text) => {
    expect(parsePlain(text)).toEqual(parseModule(text))
  })
})

test.each([
  'a = 1 if b else 2',
  'a = [b for b in c]',
  'a = 1\n b = 2',
  'a = 1\n#\r b\n',
  'if a:\n  b = 1',
  'import copy',
  "a = f'{b}'",
  "a = b'x'",
  'a = {1, 2}',
  'a = {{_base_.a}}',
  'a: int = 1',
  'a; b',
  'a = b ** 2',
  'a = b == c',
  'f(a == b)',
  'f((a)=1)',
  'a = 0x10',
  'a = 1_000',
  'a = 012',
  'a = 1\\\n+ 2',
  'a = ä',
  'a -= 1',
  'a, b += 1',
  '[a] += 1',
  '1 = a',
  'a = ',
  'a = (1',
  'a = 1)',
  "a = '\\xZZ'",
  "a = 'x",
  'print(a)',
  'a = lambda: 1',
  'del a',
  `a = ${'('.repeat(40)}1${')'.repeat(40)}`,
  `a = 1${' + 1'.repeat(40)}`,
])('%j is left to the parser of whole Python', (text) => {
  expect(parsePlain(text)).toBeUndefined()
})
