import { expect, test } from '@jest/globals'
import { withoutMissing } from './smokeWeights.js'

const gone = { type: 'Pretrained', checkpoint: 'work_dirs/none/epoch_1' }
const truncNormal = { type: 'TruncNormal', layer: 'Linear' }

test.each<[string, unknown, unknown, readonly string[]]>([
  ['one initialiser', { backbone: { type: 'A', init_cfg: gone } }, { backbone: { type: 'A' } }, [gone.checkpoint]],
  ['one of several', { init_cfg: [truncNormal, gone] }, { init_cfg: [truncNormal] }, [gone.checkpoint]],
  ['an address', { init_cfg: { ...gone, checkpoint: 'https://example.org/a.pth' } }, {}, ['https://example.org/a.pth']],
  ['under its other name', { init_cfg: { ...gone, type: 'PretrainedInit' } }, {}, [gone.checkpoint]],
])('%s is left out', (_name, config, expected, names) => {
  const missing: string[] = []
  expect(withoutMissing(config, missing)).toEqual(expected)
  expect(missing).toEqual(names)
})

test.each<[string, unknown]>([
  ['weights that are there', { init_cfg: { ...gone, checkpoint: import.meta.filename } }],
  ['other initialisers', { init_cfg: [truncNormal] }],
  ['anything else', [1, null, 'x', { constructor: 'C', type: 'A' }]],
])('%s stay: the very same value', (_name, config) => {
  const missing: string[] = []
  expect(withoutMissing(config, missing)).toBe(config)
  expect(missing).toEqual([])
})
