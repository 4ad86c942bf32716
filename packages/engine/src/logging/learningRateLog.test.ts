import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Parameter, type ParamGroup } from '@tessera/nn'
import { LearningRateLog, rateGroups } from './learningRateLog.js'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tessera-rates-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const parameter = new Parameter([1])
const group = (lr: number, more: Record<string, unknown> = {}): ParamGroup => ({ params: [parameter], lr, ...more })

test('groups of one layer are one; layers stand in their order, the settings of the base nowhere', () => {
  const groups = rateGroups([
    group(0.2, { layer_id: 1, lr_scale: 0.5, weight_decay: 0.05 }),
    group(0.1, { layer_id: 0, lr_scale: 0.25 }),
    group(0.2, { layer_id: 1, lr_scale: 0.5, weight_decay: 0 }),
    { params: [], lr: 0.4 },
  ])
  expect(groups).toEqual([
    { name: 'layer 0 (× 0.25)', index: 1, parameters: 1 },
    { name: 'layer 1 (× 0.5)', index: 0, parameters: 2 },
  ])
})

test('groups without layers go by the rate they began with', () => {
  expect(rateGroups([group(0.05, { initial_lr: 0.1 }), group(0.005, { initial_lr: 0.01 }), group(0.05, { initial_lr: 0.1 })])).toEqual([
    { name: 'lr 0.1', index: 0, parameters: 2 },
    { name: 'lr 0.01', index: 1, parameters: 1 },
  ])
})

test('one line of names, then one a step', () => {
  const log = new LearningRateLog(directory, () => {})
  const [first, second] = [group(0.1, { initial_lr: 0.1 }), group(0.2, { initial_lr: 0.2 })]
  log.add([first, second], 10)
  second.lr = 0.15
  log.add([first, second], 20)
  const lines = readFileSync(path.join(directory, 'learning_rates.json'), 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      groups: [
        { name: 'lr 0.1', parameters: 1 },
        { name: 'lr 0.2', parameters: 1 },
      ],
    },
    { step: 10, lr: [0.1, 0.2] },
    { step: 20, lr: [0.1, 0.15] },
  ])
})

test('a single rate is in the scalars already', () => {
  new LearningRateLog(directory, () => {}).add([group(0.1), group(0.1, { weight_decay: 0 })], 1)
  expect(readdirSync(directory)).toEqual([])
})
