import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readJsonLog, trainTimeText } from '@tessera/engine'
import { pythonEnvironment } from './pythonEnvironment.js'
import { pythonPackage } from './pythonPackage.js'
import { smallRun } from './smallRun.js'

test('MMPreTrain’s analyze_logs.py reads a log of ours, and our analyze_logs says the same', async () => {
  const python = join(pythonEnvironment('matplotlib-3.10.8', ['numpy==2.3.5', 'matplotlib==3.10.8']), 'python')
  const mmpretrain = join(pythonPackage('mmpretrain==1.2.0'), 'mmpretrain')
  const folder = mkdtempSync(join(tmpdir(), 'tessera-analyze-'))
  // The script needs one function of the package, whose import asks for PyTorch: the package's own file of it, by itself.
  mkdirSync(join(folder, 'mmpretrain'))
  symlinkSync(join(mmpretrain, 'utils/analyze.py'), join(folder, 'mmpretrain/utils.py'))
  writeFileSync(join(folder, 'mmpretrain/__init__.py'), '')
  const workDir = await smallRun()
  const [timestamp = ''] = readdirSync(workDir).filter((name) => /^\d{8}_\d{6}$/.test(name))
  const log = join(workDir, timestamp, 'vis_data', `${timestamp}.json`)
  const analyze = (...args: string[]) =>
    spawnSync(python, [join(mmpretrain, '.mim/tools/analysis_tools/analyze_logs.py'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: folder, MPLBACKEND: 'Agg' },
    })

  const times = analyze('cal_train_time', log)
  expect({ status: times.status, stderr: times.status === 0 ? '' : times.stderr }).toEqual({ status: 0, stderr: '' })
  expect(trainTimeText(readJsonLog(log))).toBe(times.stdout)
  const outliers = analyze('cal_train_time', log, '--include-outliers')
  expect(trainTimeText(readJsonLog(log), { includeOutliers: true })).toBe(outliers.stdout)

  const figure = join(folder, 'curves.svg')
  const plotted = analyze('plot_curve', log, '--keys', 'loss', 'accuracy/top1', 'lr', '--out', figure)
  expect({ status: plotted.status, stderr: plotted.status === 0 ? '' : plotted.stderr }).toEqual({ status: 0, stderr: '' })
  expect(existsSync(figure)).toBe(true)
  for (const place of [folder, workDir]) rmSync(place, { recursive: true })
}, 600_000)
