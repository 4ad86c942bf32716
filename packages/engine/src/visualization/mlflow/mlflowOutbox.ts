import type { Logger } from '@tessera/core'
import { MlflowRefused, MlflowUnreachable } from './mlflowClient.js'
import { MAX_METRICS, type Metric, type MlflowRun } from './mlflowRun.js'

/** While a server is away, one attempt in so long; what waits meanwhile is at most so much. */
const RETRY_MS = 30_000
const MAX_WAITING_METRICS = 100_000
const MAX_WAITING_TASKS = 200

type Task = (run: MlflowRun) => Promise<unknown>

/**
 * What is to be sent, sent beside the training in the order it came. A server that is away costs one warning and no time: what it misses
 * waits, and goes when it is back. What it refuses is dropped, with a warning a reason.
 */
export class MlflowOutbox {
  private readonly tasks: Task[] = []
  private readonly metrics: Metric[] = []
  private run: MlflowRun | undefined
  private sending: Promise<void> | undefined
  private retryAt = 0
  private away = false
  private dropped = 0
  private readonly said = new Set<string>()

  constructor(
    private readonly open: () => Promise<MlflowRun>,
    private readonly address: string,
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  addMetrics(metrics: readonly Metric[]): void {
    this.metrics.push(...metrics)
    const excess = this.metrics.length - MAX_WAITING_METRICS
    if (excess > 0) {
      this.metrics.splice(0, excess)
      this.dropped += excess
    }
    this.start()
  }

  addTask(task: Task): void {
    this.tasks.push(task)
    if (this.tasks.length > MAX_WAITING_TASKS) {
      this.tasks.shift()
      this.dropped++
    }
    this.start()
  }

  /** Sends what waits, now. @returns whether all of it is gone */
  async flush(): Promise<boolean> {
    await this.sending
    this.retryAt = 0
    this.start()
    await this.sending
    return !this.away
  }

  /** What is not at the server: still waiting, or dropped. */
  get missing(): number {
    return this.metrics.length + this.tasks.length + this.dropped
  }

  private start(): void {
    if (this.sending !== undefined || this.now() < this.retryAt) return
    this.sending = this.send().finally(() => {
      this.sending = undefined
    })
  }

  private async send(): Promise<void> {
    try {
      this.run ??= await this.open()
      for (let more = true; more; ) more = await this.sendNext(this.run)
      if (this.away) this.logger.info(`The MLflow server ${this.address} is back: what it missed is there now.`)
      this.away = false
    } catch (error) {
      this.retryAt = this.now() + RETRY_MS
      this.away = true
      this.say(`The MLflow server ${this.address} cannot be used (${reason(error)}). The run goes on, and tries again now and then.`)
    }
  }

  /** Taken out before it is sent, as more may come meanwhile. @returns false when nothing waits */
  private async sendNext(run: MlflowRun): Promise<boolean> {
    const task = this.tasks.shift()
    if (task !== undefined)
      await this.attempt(
        () => task(run),
        1,
        () => this.tasks.unshift(task),
      )
    else {
      const batch = this.metrics.splice(0, MAX_METRICS)
      if (batch.length === 0) return false
      await this.attempt(
        () => run.logMetrics(batch),
        batch.length,
        () => this.metrics.unshift(...batch),
      )
    }
    return true
  }

  /** What the server refuses is gone: another attempt would not change that. What it did not get is put back. */
  private async attempt(send: () => Promise<unknown>, size: number, putBack: () => void): Promise<void> {
    try {
      await send()
    } catch (error) {
      if (!(error instanceof MlflowRefused)) {
        putBack()
        throw error
      }
      this.dropped += size
      this.say(`The MLflow server ${this.address} refuses something: ${error.message}`)
    }
  }

  private say(warning: string): void {
    const kind = this.away ? 'away' : warning
    if (this.said.has(kind)) return
    this.said.add(kind)
    this.logger.warning(warning)
  }
}

function reason(error: unknown): string {
  if (error instanceof MlflowUnreachable || error instanceof MlflowRefused) return error.message
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
