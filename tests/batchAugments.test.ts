import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { loadConfig } from '@tessera/core'
import { createRun } from '@tessera/engine'

const folder = mkdtempSync(join(tmpdir(), 'tessera-augments-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const silent = { write: () => {}, interactive: false, color: false, columns: 80 }

const augments = {
  augments: [
    { type: 'Mixup', alpha: 0.8 },
    { type: 'CutMix', alpha: 1 },
    { type: 'ResizeMix', alpha: 1 },
  ],
  probs: [0.4, 0.3, 0.2],
}

/** The losses of four iterations on real digits, one by one. */
async function losses(name: string, overrides: Readonly<Record<string, unknown>>): Promise<number[]> {
  const { config } = await loadConfig(join(import.meta.dirname, '../configs/vit.ts'), {
    overrides: {
      train_cfg: { _delete_: true, type: 'IterBasedTrainLoop', max_iters: 4 },
      param_scheduler: null,
      'train_dataloader.batch_size': 16,
      val_cfg: null,
      val_dataloader: null,
      val_evaluator: null,
      'default_hooks.logger.interval': 1,
      'default_hooks.checkpoint': { by_epoch: false, interval: 2, save_best: null },
      'model.train_cfg': augments,
      ...overrides,
    },
  })
  const run = await createRun({ config }, { workDir: join(folder, name), console: silent })
  try {
    await run.train()
    return readFileSync(join(run.state.logDir, 'vis_data', `${run.state.timestamp}.json`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).loss)
  } finally {
    run.dispose()
  }
}

test('Mixup, CutMix and ResizeMix: compiled as eager, and the same draws after a resume', async () => {
  const eager = await losses('eager', { compile: false })
  expect(eager).toHaveLength(4)
  const plain = await losses('plain', { compile: false, 'model.train_cfg': null })
  expect(plain.filter((loss, index) => Math.abs(loss - (eager[index] ?? 0)) < 1e-4 * loss).length).toBeLessThan(3)
  const compiled = await losses('compiled', { compile: true })
  expect(compiled.map((loss, index) => Math.abs(loss / (eager[index] ?? 0) - 1) < 1e-5)).toEqual(Array<boolean>(4).fill(true))
  const resumed = await losses('resumed', { compile: true, resume: true, load_from: join(folder, 'compiled', 'iter_2') })
  expect(resumed).toEqual(compiled.slice(2))
})
