import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tessera/configs'
import { loadConfig } from '@tessera/core'
import { createRun, SILENT_CONSOLE } from '@tessera/engine'
import { ROOT } from './pythonPackage.js'

/** Three short epochs of configs/vit.ts. @returns its work dir */
export async function smallRun(changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const overrides = [
    'train_cfg.max_epochs=3',
    '+train_dataloader.num_batch_per_epoch=6',
    '+val_dataloader.num_batch_per_epoch=2',
    'default_hooks.logger.interval=2',
    'default_hooks.checkpoint.interval=1',
  ]
  const source = await loadConfig(join(ROOT, 'configs/vit.ts'), { overrides, adjust: (config) => ({ ...config, ...changes }) })
  const workDir = mkdtempSync(join(tmpdir(), 'tessera-small-run-'))
  const run = await createRun(source, { workDir, console: SILENT_CONSOLE })
  try {
    await run.train()
  } finally {
    run.dispose()
  }
  return workDir
}
