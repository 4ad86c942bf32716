import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { changed, isDataOrError } from '../testing/hostileText.js'
import { parseModule } from './parseModule.js'
import { parsePlain } from './parsePlain.js'
import { readText } from './testing/readText.js'

/** A sample by default; `npm run test:fuzz` runs a hundred thousand inputs. */
const RUNS = process.env['TESSERA_FUZZ'] === undefined ? 1500 : 34_000

const NAMES = [
  'a',
  'b',
  'model',
  '_base_',
  '__name__',
  'constructor',
  '__proto__',
  '__class__',
  'process',
  'globalThis',
  'require',
  'dict',
  'list',
  'range',
  'str',
  'round',
  'copy',
  'math',
  'x1',
]
const METHODS = [
  'update',
  'pop',
  'get',
  'format',
  'join',
  'append',
  'items',
  'merge',
  'constructor',
  '__proto__',
  '__class__',
  'prototype',
  'deepcopy',
  'split',
  'keys',
  'b',
]
const LITERALS = [
  '0',
  '1',
  '-3',
  '2.5',
  '1e3',
  '0.',
  '10**3',
  "'a'",
  "'{}'",
  "'%s'",
  "f'{a}'",
  "'''x\ny'''",
  'None',
  'True',
  '[]',
  '{}',
  '()',
  "{'a': 1}",
  "'__proto__'",
  "'constructor'",
  '{{_base_.a}}',
  "'{{ fileBasename }}'",
  "{{'$A:1'}}",
  "'\\x41'",
  'b"x"',
  '...',
]
const OPERATORS = ['+', '-', '*', '/', '//', '%', '**', '<<', '|', '&', 'and', 'or', '<', '==', 'in', 'not in', 'is']

const { expression, statement } = fc.letrec<{ expression: string; statement: string; block: string }>((tie) => {
  const inner = tie('expression') as fc.Arbitrary<string>
  const name = fc.constantFrom(...NAMES)
  const args = fc.array(
    fc.oneof(
      inner,
      fc.tuple(name, inner).map(([key, value]) => `${key}=${value}`),
      inner.map((value) => `**${value}`),
      inner.map((value) => `*${value}`),
    ),
    { maxLength: 3 },
  )
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'python' },
      fc.constantFrom(...LITERALS),
      name,
      fc.tuple(inner, fc.constantFrom(...OPERATORS), inner).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      fc.tuple(inner, inner).map(([object, index]) => `${object}[${index}]`),
      fc.tuple(inner, inner, inner).map(([object, start, step]) => `${object}[${start}::${step}]`),
      fc.tuple(inner, fc.constantFrom(...METHODS)).map(([object, method]) => `${object}.${method}`),
      fc.tuple(inner, fc.constantFrom(...METHODS), args).map(([object, method, given]) => `${object}.${method}(${given.join(', ')})`),
      fc.tuple(name, args).map(([callee, given]) => `${callee}(${given.join(', ')})`),
      fc.array(inner, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((items) => `(${items.join(', ')},)`),
      fc.array(fc.tuple(inner, inner), { maxLength: 3 }).map((entries) => `{${entries.map((entry) => entry.join(': ')).join(', ')}}`),
      fc.tuple(inner, name, inner).map(([element, target, source]) => `[${element} for ${target} in ${source} if ${element}]`),
      fc.tuple(inner, inner, inner).map(([whenTrue, condition, otherwise]) => `(${whenTrue} if ${condition} else ${otherwise})`),
      inner.map((value) => `-${value}`),
      inner.map((value) => `f"{${value}:>4}"`),
    ),
    statement: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'python' },
      fc.tuple(name, inner).map(([target, value]) => `${target} = ${value}`),
      fc.tuple(inner, inner).map(([target, value]) => `${target} = ${value}`),
      fc.tuple(inner, fc.constantFrom('+=', '*=', '|=', '//='), inner).map((parts) => parts.join(' ')),
      inner,
      inner.map((target) => `del ${target}`),
      fc.constantFrom(
        'import copy',
        'import math',
        'import os',
        'from torch.optim import *',
        'import torch.nn as a',
        'from .b import *',
        'pass',
        'break',
        "_base_ = ['a.py']",
        'with read_base():\n    from .a import *',
      ),
      fc.tuple(inner, tie('block') as fc.Arbitrary<string>).map(([condition, body]) => `if ${condition}:\n${body}`),
      fc.tuple(name, inner, tie('block') as fc.Arbitrary<string>).map(([target, source, body]) => `for ${target} in ${source}:\n${body}`),
    ),
    block: fc
      .array(tie('statement') as fc.Arbitrary<string>, { minLength: 1, maxLength: 3 })
      .map((lines) => lines.join('\n').replace(/^/gm, '    ')),
  }
})

const RECIPE = `_base_ = ['a.py']
import copy
# schedule
model = dict(type='ImageClassifier', backbone=dict(type='VisionTransformer', arch='b', out_indices=(3, ), drop=0.),
             head=dict(type='Head', num_classes=1000, custom_keys={'.cls_token': dict(decay_mult=0.0)}))
mean = [123.675, 116.28, 103.53]
pipeline = [dict(type='Resize', scale=(224, 224), pad=[round(x) for x in mean[::-1]], **dict(a=1))]
other = copy.deepcopy(pipeline)
other[0]['scale'] = 160
lr = 1e-4 * 2048 / 512
for i in range(3):
    other[0].update(dict(index=i))
text = f'{lr:.3f} {{x}} ' + 'backbone.layers.{}'.format(3)
{{_base_.a}}
`

const PLAIN = `_base_ = ['a.py']
# schedule
model = dict(type='ImageClassifier', backbone=dict(type="VisionTransformer", arch='b', out_indices=(3, ), drop=0.),
             head=dict(type='Head', *[-1], **dict(a=1), custom_keys={'.cls_token': dict(decay_mult=0.0), **a}))  # end

mean, b[0].c = [123.675, 116.28, 103.53], ()
    # another
other[0]['scale'] = mean[::-1] = (1 + 2) * -lr // 512 % 3
lr = 1e-4 * 2048 / 512
text += 'backbone.' r'\\d' """layers
.{}"""
`

const isData = (text: string) => isDataOrError(() => readText(text, { bases: { 'a.py': { a: { b: [1] } } }, environment: { A: '2' } }))

test('any program of the grammar is data or an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { maxLength: 6 }), (lines) => isData(lines.join('\n'))),
    { numRuns: RUNS },
  )
}, 600_000)

test('any change of a recipe is data or an error', async () => {
  await fc.assert(fc.asyncProperty(changed(RECIPE), isData), { numRuns: RUNS })
}, 600_000)

test('any text is data or an error', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    expression.map((value) => `x = ${value}`),
  )
  await fc.assert(fc.asyncProperty(text, isData), { numRuns: RUNS })
}, 600_000)

test('a plain text parses to what the parser of whole Python makes of it, or is left to that one', () => {
  expect(parsePlain(PLAIN)).toBeDefined()
  let plain = 0
  const property = fc.property(
    fc.oneof(
      changed(PLAIN),
      fc.array(statement, { maxLength: 3 }).map((lines) => lines.join('\n')),
    ),
    (text) => {
      const module = parsePlain(text)
      if (module === undefined) return
      plain++
      expect(module).toEqual(parseModule(text))
    },
  )
  fc.assert(property, { numRuns: RUNS })
  expect(plain).toBeGreaterThan(RUNS / 20)
}, 600_000)

test('the recipe that is changed is itself one that loads', async () => {
  expect(await readText(RECIPE, { bases: { 'a.py': { a: 1 } } })).toMatchObject({ text: '0.000 {x} backbone.layers.3', lr: 4e-4 })
})
