import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { type LoadedConfig, loadConfig, MODELS, RunContainer, TesseraError } from '@tessera/core'
import { createRun, SILENT_CONSOLE } from '@tessera/engine'
import { buildModule, Module } from '@tessera/nn'
import { buildOptimWrapper, describeGroups } from '@tessera/optim'

const CONFIG = join(import.meta.dirname, '../configs/digits.ts')
let source: LoadedConfig
const workDir = mkdtempSync(join(tmpdir(), 'plugin-'))

beforeAll(async () => {
  source = await loadConfig(CONFIG, {
    overrides: ['train_dataloader.num_batch_per_epoch=2', 'val_dataloader.num_batch_per_epoch=1', 'train_cfg.max_epochs=3'],
  })
})
afterAll(() => rmSync(workDir, { recursive: true }))

describe('a third-party plugin', () => {
  test('its constructor, named by a config, decides the groups through addParams', () => {
    const container = new RunContainer(source.config)
    const model = buildModule(container, MODELS, source.config.model ?? {}, Module)
    const groups = describeGroups(buildOptimWrapper(model, source.config.optim_wrapper ?? {}, container))
    const lrOf = (name: string) => groups.find(({ params }) => params.includes(name))?.lr
    expect(lrOf('head.layers.head.weight')).toBeCloseTo(2e-3, 12)
    expect(lrOf('backbone.cls_token')).toBeCloseTo(5e-4, 12)
    expect(groups.find(({ params }) => params.includes('backbone.ln1.weight'))?.weight_decay).toBe(0)
    expect(groups.flatMap(({ params }) => params).sort()).toEqual(
      model
        .parameters()
        .map(({ name }) => name)
        .sort(),
    )
  })

  test('an option that its schema does not know is refused with the nearest', () => {
    const container = new RunContainer(source.config)
    const model = buildModule(container, MODELS, source.config.model ?? {}, Module)
    const config = { ...source.config.optim_wrapper, paramwise_cfg: { head_lr_mul: 4 } }
    expect(() => buildOptimWrapper(model, config, container)).toThrow(TesseraError)
    expect(() => buildOptimWrapper(model, config, container)).toThrow(/head_lr_mult/)
  })

  test('its hook gets the logger of the run it is in', async () => {
    const run = await createRun(source, { workDir, console: SILENT_CONSOLE })
    try {
      await run.train()
    } finally {
      run.dispose()
    }
    const log = readFileSync(join(run.state.logDir, `${run.state.timestamp}.log`), 'utf8')
    expect(log).toMatch(/WARNING - iteration \d+: the loss is \d\.\d{3}, above 0\.001/)
  })
})
