// The long run that longRun.soak.ts looks at: prints a JSON line every hundred iterations. In a process of its own, whose garbage can be
// collected before memory is read.
import { createRun, Hook, type RunState, SILENT_CONSOLE } from '@tessera/engine'
import { currentBackend, tf } from '@tessera/runtime'
import { tinyConfig, tinyOptions } from '../../packages/engine/src/testing/tinyRun.js'

const iters = Number(process.argv[2])

export interface Sample {
  readonly backend: string
  readonly iter: number
  readonly tensors: number
  readonly megabytes: number
  /** Processor time a step: what other programs do does not count. */
  readonly milliseconds: number
}

class Watch extends Hook {
  override readonly priority = 'LOWEST'
  private since = process.cpuUsage()
  override afterTrainIter({ progress }: RunState): void {
    if ((progress.iter + 1) % 100 !== 0) return
    const { user, system } = process.cpuUsage(this.since)
    const milliseconds = (user + system) / 1000 / 100
    globalThis.gc?.()
    const sample: Sample = {
      backend: currentBackend()?.name ?? '',
      iter: progress.iter + 1,
      tensors: tf.memory().numTensors,
      megabytes: process.memoryUsage().rss / 2 ** 20,
      milliseconds,
    }
    process.stdout.write(`${JSON.stringify(sample)}\n`)
    this.since = process.cpuUsage()
  }
}

const config = tinyConfig({
  train_dataloader: { size: 4000, shuffle: true },
  train_cfg: { by_epoch: false, max_iters: iters, val_interval: 5000 },
  log_processor: { by_epoch: false },
  param_scheduler: null,
  custom_hooks: [{ type: 'EMAHook', momentum: 0.01 }],
  default_hooks: { checkpoint: { by_epoch: false, interval: 2000, max_keep_ckpts: 2 }, logger: { interval: 100 } },
})
const run = await createRun({ config }, { ...tinyOptions(), console: SILENT_CONSOLE })
Reflect.get(Reflect.get(run, 'parts'), 'hooks').add(new Watch())
await run.train()
run.dispose()
