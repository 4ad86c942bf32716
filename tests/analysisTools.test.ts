import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'tessera-analysis-tools-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(tool: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', `tools/analysis/${tool}.ts`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
  })
  return { status, stdout, stderr }
}

test('analyze_logs: a figure of two keys of the newest run in a work dir', () => {
  const vis = join(folder, 'work/20260102_030405/vis_data')
  mkdirSync(vis, { recursive: true })
  const lines = [1, 2, 3].map((step) => JSON.stringify({ lr: 0.1, loss: 1 / step, time: 0.5, epoch: 1, iter: step, step }))
  writeFileSync(join(vis, 'scalars.json'), `${lines.join('\n')}\n`)
  const out = join(folder, 'loss.svg')
  const plotted = run(
    'analyze_logs',
    'plot_curve',
    join(folder, 'work'),
    '--keys',
    'loss',
    'time',
    '--legend',
    'a',
    'b',
    '--out',
    out,
    '--title',
    'Mine',
  )
  expect(plotted).toEqual({ status: 0, stdout: `save curve to: ${out}\n`, stderr: '' })
  expect(readFileSync(out, 'utf8')).toMatch(/^<svg[^>]* width="1200" height="700"[\s\S]*Mine[\s\S]*<\/svg>\n$/)
})

test('eval_metric and confusion_matrix look at predictions without a model', () => {
  const results = join(folder, 'results.json')
  const samples = [0, 1, 1].map((label, index) => ({
    metainfo: {},
    gt_label: [label],
    pred_label: [0],
    pred_score: index === 2 ? [0.25, 0.75] : [0.75, 0.25],
  }))
  writeFileSync(results, JSON.stringify({ format: 'tessera-predictions', version: 1, classes: ['cat', 'dog'], samples }))
  const measured = run(
    'eval_metric',
    results,
    '--metric',
    'type=Accuracy',
    'topk=1,2',
    '--metric',
    'type=SingleLabelMetric',
    'items=[recall]',
  )
  expect(measured.stderr).toBe('')
  const metrics = JSON.parse(measured.stdout) as Record<string, number>
  expect(metrics['accuracy/top1']).toBeCloseTo(200 / 3, 4)
  expect(metrics['accuracy/top2']).toBe(100)
  expect(metrics['single-label/recall']).toBeCloseTo(75, 4)
  const picture = join(folder, 'confusion.svg')
  const confusion = run('confusion_matrix', 'configs/vit.ts', results, '--show-path', picture, '--include-values')
  expect(confusion).toMatchObject({ status: 0, stderr: '' })
  expect(confusion.stdout.split('\n').slice(1, 3)).toEqual(['cat      1    0', 'dog      1    1'])
  expect(readFileSync(picture, 'utf8')).toContain('label dog, predicted cat: 1 (50.0 %)')
})

test('analyze_results: images predicted rightly and wrongly, the least sure first', () => {
  const results = join(folder, 'digits.json')
  // Which digit the first ones of the set are is not known here: each is labelled as predicted, or not.
  const samples = [0.5, 0.75, 0.625].map((score, index) => ({
    metainfo: { sample_idx: index },
    gt_label: [index === 1 ? 3 : 4],
    pred_label: [4],
    pred_score: [score, 1 - score],
  }))
  writeFileSync(results, JSON.stringify({ format: 'tessera-predictions', version: 1, samples }))
  const out = join(folder, 'analyzed')
  const analyzed = run('analyze_results', 'configs/vit.ts', results, '--out-dir', out, '--topk', '5', '-r', '2')
  expect(analyzed.stderr).toBe('')
  expect(readdirSync(join(out, 'success')).sort()).toEqual(['001_0_sample.png', '002_2_sample.png', 'success.json'])
  expect(readdirSync(join(out, 'fail')).sort()).toEqual(['001_1_sample.png', 'fail.json'])
  expect(JSON.parse(readFileSync(join(out, 'fail/fail.json'), 'utf8'))).toEqual([samples[1]])
  const nowhere = samples.map((sample) => ({ ...sample, metainfo: { sample_idx: 1e6 } }))
  writeFileSync(results, JSON.stringify({ format: 'tessera-predictions', version: 1, samples: nowhere }))
  const refused = run('analyze_results', 'configs/vit.ts', results, '--out-dir', out)
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/metainfo\.sample_idx: .*which sample of the data set/)])
})
