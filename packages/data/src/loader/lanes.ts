/** Runs tasks in the order they are handed in, at most `count` at a time. */
export class Lanes {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(count: number) {
    this.free = count
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      return await task()
    } finally {
      // A lane passes straight to whoever waits, so that nobody who comes later can slip in between.
      const next = this.waiting.shift()
      if (next === undefined) this.free++
      else next()
    }
  }
}
