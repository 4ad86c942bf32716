import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'

/** What a worker answers to a number of steps. */
export interface Answer {
  /** Milliseconds of each step. */
  readonly times: readonly number[]
  readonly last: number
  /** Resident memory and its peak, MB. */
  readonly resident: number
  readonly peak: number
}

/** A process that does steps when asked, and nothing in between: so that two of them can be timed in turns. */
export class Worker {
  private readonly child: ChildProcess & { readonly stdin: NodeJS.WritableStream; readonly stdout: NodeJS.ReadableStream }
  private readonly lines: AsyncIterator<string>
  private readonly reader: Interface

  private constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
    })
    this.reader = createInterface({ input: this.child.stdout })
    this.lines = this.reader[Symbol.asyncIterator]()
  }

  static async start(command: string, args: readonly string[]): Promise<Worker> {
    const worker = new Worker(command, args)
    await worker.answer()
    return worker
  }

  async steps(count: number): Promise<Answer> {
    this.child.stdin.write(`${count}\n`)
    return (await this.answer()) as Answer
  }

  stop(): void {
    this.child.stdin.end()
    this.child.kill()
    this.reader.close()
  }

  private async answer(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.lines.next()
      if (done === true) throw new Error(`a worker ended: ${this.child.spawnargs.join(' ')}`)
      // Libraries write to standard output as they like.
      if (value.startsWith('{')) return JSON.parse(value)
    }
  }
}
