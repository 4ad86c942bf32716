/** One thing that a run did, in milliseconds of `performance.now()`. */
export interface Span {
  readonly name: string
  readonly category: 'step' | 'predict' | 'hook' | 'data'
  readonly start: number
  readonly duration: number
}

/** What a run spends its time on, for whoever listens; nobody does unless a ProfilerHook is there. */
export class Spans {
  listener: ((span: Span) => void) | undefined

  async measure<T>(name: string, category: Span['category'], work: () => T | Promise<T>): Promise<T> {
    const { listener } = this
    if (listener === undefined) return await work()
    const start = performance.now()
    try {
      return await work()
    } finally {
      listener({ name, category, start, duration: performance.now() - start })
    }
  }
}
