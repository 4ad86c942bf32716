import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { RandomStream, useBackend } from '@tessera/runtime'
import fc from 'fast-check'
import { Checkpoints, type SaveOptions } from '../../packages/engine/src/checkpoint/checkpoints.js'
import type { DurableFileSystem } from '../../packages/engine/src/checkpoint/durableFileSystem.js'
import { LAST_CHECKPOINT } from '../../packages/engine/src/checkpoint/findCheckpoint.js'
import { parseLeftover } from '../../packages/engine/src/checkpoint/leftovers.js'
import { readCheckpoint } from '../../packages/engine/src/checkpoint/readCheckpoint.js'
import { Hook } from '../../packages/engine/src/hooks/hook.js'
import { HookList } from '../../packages/engine/src/hooks/hookList.js'
import { createRun } from '../../packages/engine/src/run/createRun.js'
import type { RunState } from '../../packages/engine/src/run/runState.js'
import { tinyConfig, tinyOptions } from '../../packages/engine/src/testing/tinyRun.js'

type Scheduler = fc.Scheduler

/** Real files without real flushes, each step at a moment of the scheduler's choice; looks at the folder whenever a name changes. */
class ScheduledFileSystem implements DurableFileSystem {
  private underWay = 0
  private newest = 0

  constructor(
    private readonly scheduler: Scheduler,
    private readonly workDir: string,
  ) {}

  makeDirectory = (directory: string) => this.step(() => mkdirSync(directory, { recursive: true }))
  write = (file: string, content: Uint8Array | string) => this.step(() => writeFileSync(file, content))
  syncFile = () => this.step(() => {})
  syncDirectory = () => this.step(() => {})
  rename = (from: string, to: string) => this.step(() => renameSync(from, to), true)
  remove = (place: string) => this.step(() => rmSync(place, { recursive: true, force: true }), true)

  private async step(work: () => void, look = false): Promise<void> {
    if (++this.underWay > 1) throw new Error('two writers at once')
    try {
      await this.scheduler.schedule(Promise.resolve())
      work()
      if (look) this.look()
    } finally {
      this.underWay--
    }
  }

  private look(): void {
    const names = readdirSync(this.workDir)
    const onTheWay = names.filter((name) => parseLeftover(name)?.kind === 'tmp')
    if (onTheWay.length > 1) throw new Error(`two saves at once: ${onTheWay.join(', ')}`)
    if (!names.includes(LAST_CHECKPOINT)) return
    const name = path.basename(readFileSync(path.join(this.workDir, LAST_CHECKPOINT), 'utf8'))
    // Moved aside for a moment, while another takes its name.
    if (names.some((one) => parseLeftover(one)?.target === name)) return
    if (!names.includes(name)) throw new Error(`${LAST_CHECKPOINT} is ahead: there is no ${name} among ${names.join(', ')}`)
    const { iter } = readCheckpoint(path.join(this.workDir, name)).meta
    if (iter < this.newest) throw new Error(`${LAST_CHECKPOINT} went back from iteration ${this.newest} to ${iter}`)
    this.newest = iter
  }
}

/** A hook that takes its time before a save. */
class Slow extends Hook {
  constructor(private readonly scheduler: Scheduler) {
    super()
  }
  override async beforeSaveCheckpoint(): Promise<void> {
    await this.scheduler.schedule(Promise.resolve())
  }
}

/**
 * Training saves and drops, validation amends and keeps the best, Ctrl-C saves in between: nobody waits for the others. Whatever the order
 * of their steps, there is one writer, `last_checkpoint` never points to what is not there whole and never goes back, and nothing is lost.
 * @param schedules how many orders to try
 * @throws Error telling the order that went wrong, and how to have it again
 */
export async function checkSchedules(schedules: number, seed: number): Promise<void> {
  await useBackend('auto')
  const run = await createRun({ config: tinyConfig(), file: 'tiny.ts' }, tinyOptions())
  run.state.model.initWeights(new RandomStream(1))
  try {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), (scheduler) => oneSchedule(run.state, scheduler)),
      { numRuns: schedules, seed },
    )
  } finally {
    run.dispose()
  }
}

async function oneSchedule(shared: RunState, scheduler: Scheduler): Promise<void> {
  const workDir = mkdtempSync(path.join(tmpdir(), 'tessera-schedule-'))
  try {
    const hooks = new HookList()
    hooks.add(new Slow(scheduler))
    const checkpoints = new Checkpoints(hooks, new ScheduledFileSystem(scheduler, workDir))
    const at = (iter: number): RunState => ({ ...shared, workDir, checkpoints, progress: { ...shared.progress, iter } })
    const turn = (): Promise<void> => scheduler.schedule(Promise.resolve())
    let iter = 1
    const saved: string[] = []
    const save = async (name: string, options: SaveOptions = {}): Promise<string> => {
      const folder = await checkpoints.save(at(iter), name, options)
      saved.push(name)
      return folder
    }
    const train = async (): Promise<void> => {
      for (; ; iter++) {
        await turn()
        await save(`iter_${iter}`)
        if (iter > 2) await checkpoints.remove(path.join(workDir, `iter_${iter - 2}`))
        if (iter === 4) break
      }
    }
    const validate = async (): Promise<void> => {
      await turn()
      shared.hub.updateInfo('best_score', 0)
      const best = await save('best', { optimizer: false, resumable: false })
      await turn()
      shared.hub.updateInfo('best_score', 7)
      await checkpoints.amend(at(-1), best, ['best_score'])
    }
    const interrupt = async (): Promise<void> => {
      await turn()
      await save(`iter_${iter}`)
    }
    const all = Promise.all([train(), validate(), interrupt()])
    await scheduler.waitFor(all)
    await all
    // Nothing is lost and nothing is left over.
    if (saved.length !== 6) throw new Error(`of six saves ${saved.join(', ')} were made`)
    const names = readdirSync(workDir)
    if (names.sort().join() !== ['best', 'iter_3', 'iter_4', LAST_CHECKPOINT].join()) throw new Error(`in the end: ${names.join(', ')}`)
    const last = readFileSync(path.join(workDir, LAST_CHECKPOINT), 'utf8')
    if (path.basename(last) !== 'iter_4') throw new Error(`the last is ${last}`)
    if (readCheckpoint(path.join(workDir, 'best')).message_hub.info['best_score'] !== 7) throw new Error('what validation found is lost')
  } finally {
    rmSync(workDir, { recursive: true, force: true })
  }
}
