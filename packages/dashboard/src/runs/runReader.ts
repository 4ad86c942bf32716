import path from 'node:path'
import { valueAt } from '@tessera/core'
import type { RunSummary } from '../api.js'
import { findImages } from './findImages.js'
import type { FoundRun } from './findRuns.js'
import { LineTail } from './lineTail.js'
import { type LogFacts, withLogLine } from './logFacts.js'
import { newestCheckpoint } from './newestCheckpoint.js'
import { RateRows } from './rateRows.js'
import { OUR_CONFIG, type ReadConfig, readConfig } from './readConfig.js'
import { statusOf } from './runStatus.js'
import { ScalarTable } from './scalarTable.js'
import { isHeld } from './workDirHolder.js'

/** One run's files, read as they grow. */
export class RunReader {
  /** Rises with everything that is read. */
  version = 0
  /** When it was last asked for news; 0: never. */
  readAt = 0
  table = new ScalarTable()
  private facts: LogFacts = {}
  private rates = new RateRows()
  private config: ReadConfig = {}
  private readonly scalarTail: LineTail
  private readonly rateTail: LineTail
  private readonly logTail: LineTail

  constructor(readonly found: FoundRun) {
    const { logDir } = found
    this.scalarTail = new LineTail(path.join(logDir, 'vis_data', 'scalars.json'))
    this.rateTail = new LineTail(path.join(logDir, 'vis_data', 'learning_rates.json'))
    this.logTail = new LineTail(path.join(logDir, `${path.basename(logDir)}.log`))
  }

  /** Takes in what was written since. */
  async refresh(): Promise<void> {
    await this.settings()
    const log = this.logTail.read()
    for (const line of log.lines) this.facts = withLogLine(this.facts, line)
    const scalars = this.scalarTail.read()
    const rates = this.rateTail.read()
    if (scalars.restarted || rates.restarted) {
      // Rare enough: begin anew with both.
      this.table = new ScalarTable()
      this.rates = new RateRows()
      for (const tail of [this.scalarTail, this.rateTail]) tail.restart()
      return this.refresh()
    }
    for (const line of scalars.lines) this.table.addLine(line, this.shape)
    for (const line of rates.lines) {
      const row = this.rates.row(line)
      if (row !== undefined) this.table.addRow(row, 'lr', this.shape)
    }
    if (log.lines.length + scalars.lines.length + rates.lines.length > 0 || this.readAt === 0) this.version++
    this.readAt = performance.now()
  }

  async settings(): Promise<ReadConfig> {
    // A run that has just begun writes its config a little later than its folder.
    if (this.config.file === undefined) this.config = await readConfig(this.found.logDir)
    return this.config
  }

  summary(now: number): RunSummary {
    const { id, name, workDir, logDir, newest } = this.found
    const { facts, table } = this
    const changedAt = Math.max(this.scalarTail.changedAt, this.logTail.changedAt)
    const { maxIters, maxEpochs } = this.length()
    const batchSize = numberAt(this.config.config, ['train_dataloader', 'batch_size'])
    const checkpoint = newest ? newestCheckpoint(workDir) : undefined
    const status = statusOf({
      held: this.config.file === OUR_CONFIG ? newest && isHeld(workDir, now) : undefined,
      newest,
      end: facts.end,
      iter: table.iter,
      maxIters,
      silentMs: now - changedAt,
    })
    return {
      id,
      name,
      folder: logDir,
      status,
      updatedAt: changedAt,
      iter: table.iter,
      tags: table.tags(),
      images: findImages(logDir).length,
      unreadable: table.unreadable,
      ...(table.epoch !== undefined && { epoch: table.epoch }),
      ...(maxIters !== undefined && { maxIters }),
      ...(maxEpochs !== undefined && { maxEpochs }),
      ...(status === 'running' && facts.eta !== undefined && { eta: facts.eta }),
      ...(batchSize !== undefined && { batchSize }),
      ...(checkpoint !== undefined && { checkpoint }),
    }
  }

  private get shape(): { byEpoch: boolean; epochLength: number | undefined } {
    return { byEpoch: this.facts.byEpoch ?? this.length().maxEpochs !== undefined, epochLength: this.facts.epochLength }
  }

  private length(): { maxIters?: number | undefined; maxEpochs?: number | undefined } {
    const maxEpochs = numberAt(this.config.config, ['train_cfg', 'max_epochs'])
    const { epochLength } = this.facts
    const maxIters = numberAt(this.config.config, ['train_cfg', 'max_iters']) ?? this.facts.maxIters
    return { maxEpochs, maxIters: maxIters ?? (maxEpochs !== undefined && epochLength !== undefined ? maxEpochs * epochLength : undefined) }
  }
}

function numberAt(config: unknown, keys: readonly string[]): number | undefined {
  const value = valueAt(config, keys)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
