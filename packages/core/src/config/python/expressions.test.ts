import { describe, expect, test } from '@jest/globals'
import { isTuple, tuple } from '../tuple.js'
import { readText, valueOfExpression } from './testing/readText.js'

// The expected values are what Python 3.11 answers.
describe.each<[string, [string, unknown][]]>([
  [
    'literals',
    [
      ['None', null],
      ['[True, False]', [true, false]],
      ['[1, 1_000, 0x1F, 0o17, 0b101]', [1, 1000, 31, 15, 5]],
      ['[0., .5, 1e-3, 1.5E+2, 4., 1_0.0_1]', [0, 0.5, 0.001, 150, 4, 10.01]],
      ['-2**2', -4],
      ['2**-1', 0.5],
      ["'a' \"b\" r'\\n' '''c\nd'''", 'ab\\nc\nd'],
      ["'\\t\\x41\\u00e9\\U0001F600\\101\\q\\\n!'", '\tAé😀A\\q!'],
      ['()', []],
      ['(3, )', [3]],
      ['1, 2', [1, 2]],
      ["{'a': 1, 'b': {'c': (1, 2)}}", { a: 1, b: { c: [1, 2] } }],
      ["{18: 'a', 0.5: 'b'}", { 18: 'a', '0.5': 'b' }],
      ["{'b', 'a', 'b'}", ['b', 'a']],
      ['[*[1, 2], *(3,)]', [1, 2, 3]],
      ["{**{'a': 1, 'b': 2}, 'a': 3}", { a: 3, b: 2 }],
    ],
  ],
  [
    'arithmetic',
    [
      ['1e-4 * 2048 / 512', 0.0004],
      ['128 * 2**3', 1024],
      ['[7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2]', [3, -4, -2, 2, 3, 0.5]],
      ['4 / 2', 2],
      ['[0.1 + 0.2, 1 - 0.9]', [0.30000000000000004, 0.09999999999999998]],
      ['[True + True, -True, ~5, +1]', [2, -1, -6, 1]],
      ['[6 & 3, 6 | 3, 6 ^ 3, 1 << 4, 17 >> 2]', [2, 7, 5, 16, 4]],
      ['9007199254740993 - 9007199254740992', 1],
      ["'ab' * 2 + 'c'", 'ababc'],
      ['[0] * 3 + [1]', [0, 0, 0, 1]],
      ['(1,) * 2 + (2,)', [1, 1, 2]],
      ['3 * [1]', [1, 1, 1]],
      ["{'a': 1} | {'b': 2}", { a: 1, b: 2 }],
      ['sorted({1, 2} | {3} - {2})', [1, 2, 3]],
    ],
  ],
  [
    'comparison and logic',
    [
      ['[1 < 2 <= 2, 1 == 1.0, 1 != 2, 3 > 2 > 2]', [true, true, true, false]],
      ['[not 0, not [1], 0 or [], 1 and 2, None or 3]', [true, false, [], 2, 3]],
      ["['a' in 'cab', 2 in [1, 2], 'k' in {'k': 0}, 3 not in (1, 2)]", [true, true, true, true]],
      ['[None is None, [] is not None]', [true, true]],
      ["[[1, 2] < [1, 3], 'a' < 'b', (1, 2) == (1, 2), [1] == (1,)]", [true, true, true, false]],
      ["'yes' if 1 > 2 else 'no'", 'no'],
    ],
  ],
  [
    'indexing and slices',
    [
      ['[1, 2, 3][-1]', 3],
      ["{'a': [5]}['a'][0]", 5],
      ['[103.53, 116.28, 123.675][::-1]', [123.675, 116.28, 103.53]],
      [
        '[[0, 1, 2, 3, 4][1:3], [0, 1, 2, 3, 4][-2:], [0, 1, 2, 3, 4][::2], [0, 1, 2, 3, 4][3:0:-1]]',
        [
          [1, 2],
          [3, 4],
          [0, 2, 4],
          [3, 2, 1],
        ],
      ],
      ["'abcdef'[1:-1:2]", 'bd'],
      ['(1, 2, 3)[:2]', [1, 2]],
    ],
  ],
  [
    'comprehensions',
    [
      ['[round(x) for x in [103.53, 116.28, 123.675][::-1]]', [124, 116, 104]],
      ['[x * y for x in range(3) if x for y in (1, 10)]', [1, 10, 2, 20]],
      ["{k: v for k, v in {'a': 1}.items()}", { a: 1 }],
      ['[[x for x in row] for row in [[1], [2]]]', [[1], [2]]],
      ['sum(x for x in [1, 2])', 3],
      ['sorted({x % 2 for x in range(5)})', [0, 1]],
      ['[x for x in [1] for x in [2]]', [2]],
    ],
  ],
  [
    'text',
    [
      ['f\'{1}-{0.5!r}-{[1, "a"]}\'', "1-0.5-[1, 'a']"],
      ["f'{{x}} {1.0} {1e-5} {1e16} {True} {None} {(1,)} {{}}'", '{x} 1.0 1e-05 1e+16 True None (1,) {}'],
      [
        'f\'{3.14159:.2f}|{5:03d}|{"a":>3}|{"b":^5}|{1234567:,}|{0.25:.0%}|{1e-4:g}|{2.5:>{6}}\'',
        '3.14|005|  a|  b  |1,234,567|25%|0.0001|   2.5',
      ],
      ["'backbone.layers.{}'.format(3)", 'backbone.layers.3'],
      ["'{1} {0} {name!r:>4} {{}} {d[k]}'.format(1, 2, name='n', d={'k': 3})", "2 1  'n' {} 3"],
      ["'%s_%d_%.2f%%' % ('a', 3, 0.5)", 'a_3_0.50%'],
      ["'%(a)s' % {'a': 1}", '1'],
      [
        "['a,b'.split(','), ' x '.strip(), '-'.join(['a', 'b']), 'aXb'.lower(), 'ab'.replace('a', 'c')]",
        [['a', 'b'], 'x', 'a-b', 'axb', 'cb'],
      ],
      ["['vit'.startswith('v'), 'a.py'.endswith(('.py', '.x')), 'ab c'.title(), '7'.zfill(3)]", [true, true, 'Ab C', '007']],
      ["str([1.0, 'it\\'s', {'a': None}])", `[1.0, "it's", {'a': None}]`],
      ["'{{question}}'", '{{question}}'],
    ],
  ],
  [
    'functions',
    [
      ['dict(a=1, **dict(b=2))', { a: 1, b: 2 }],
      ["dict([('a', 1)], b=2)", { a: 1, b: 2 }],
      [
        '[round(2.5), round(3.5), round(-0.5), round(2.675, 2), round(0.125, 2), round(1234, -2), round(7, 1)]',
        [2, 4, 0, 2.67, 0.12, 1200, 7],
      ],
      ["[int(3.9), int(-3.9), int('12'), float('1e3'), float(2), str(1.0), bool([])]", [3, -3, 12, 1000, 2, '1.0', false]],
      ['[list(range(3)), list(range(5, 0, -2)), tuple([1])]', [[0, 1, 2], [5, 3, 1], [1]]],
      ["[len([1, 2]), len('é😀'), len({}), min(3, 1), max([1, 5]), sum([1, 2.5]), abs(-3)]", [2, 2, 0, 1, 5, 3.5, 3]],
      [
        "[list(zip([1, 2], 'ab')), list(enumerate(['x'], 1)), sorted([3, 1, 2], reverse=True)]",
        [
          [
            [1, 'a'],
            [2, 'b'],
          ],
          [[1, 'x']],
          [3, 2, 1],
        ],
      ],
      ['[any([0, 1]), all([0, 1]), list(reversed([1, 2]))]', [true, false, [2, 1]]],
      ["[{'a': 1}.get('b', 2), list({'a': 1}.keys()), list({'a': 1}.values()), {'a': 1}.pop('a')]", [2, ['a'], [1], 1]],
    ],
  ],
])('%s', (_group, rows) => {
  test.each(rows)('%s', async (expression, expected) => {
    expect(await valueOfExpression(expression)).toEqual(expected)
  })
})

test('tuples stay tuples and lists lists, however they are made', async () => {
  const { a, b, c, d } = await readText('a = (1, [2])\nb = a * 2\nc = tuple([1])\nd = [(1, 2)][0][::-1]')
  expect(a).toEqual(tuple(1, [2]))
  expect([a, b, c, d, (a as unknown[])[1]].map(isTuple)).toEqual([true, true, true, true, false])
})
