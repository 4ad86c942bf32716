import { expect, test } from '@jest/globals'
import { registryText } from './registryText.js'

const COMPONENTS = [
  { registry: 'MODELS', type: 'Net', doc: 'A net (Me et al. 2020, arXiv 1). It learns.', options: [] },
  {
    registry: 'HOOKS',
    type: 'Timer',
    class: 'TimerHook',
    doc: 'Ticks',
    options: [
      { name: 'interval', type: 'integer', required: true, doc: 'How often.' },
      { name: 'by', type: 'string', required: false, default: 'epoch' },
      { name: 'x', type: 'any', required: false },
    ],
  },
]

test('a line each, with the first sentence', () => {
  expect(registryText(COMPONENTS, { withOptions: false })).toBe(
    'MODELS (1)\n  Net  A net (Me et al. 2020, arXiv 1).\n\nHOOKS (1)\n  Timer  Ticks\n',
  )
})

test('with options, types, defaults and docs', () => {
  expect(registryText(COMPONENTS.slice(1), { withOptions: true })).toBe(
    "HOOKS (1)\n  Timer (class TimerHook): Ticks\n    interval  integer  required  · How often.\n    by        string  = 'epoch'\n    x         any\n",
  )
})
