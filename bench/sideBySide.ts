import { type Answer, Worker } from './worker.js'

/** How to start one side. */
export interface Side {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

export interface Measured {
  readonly name: string
  /** The first step: set-up, recording, compilation. */
  readonly first: number
  /** Median of the steps after warm-up, milliseconds. */
  readonly median: number
  readonly fastest: number
  readonly last: number
  readonly resident: number
  readonly peak: number
}

export interface Rounds {
  readonly rounds: number
  /** Steps of one side in one turn. */
  readonly steps: number
}

/** Times several programs in turns, one at a time, on the same machine in the same minutes; each is warmed up by three steps. */
export async function sideBySide(sides: readonly Side[], { rounds, steps }: Rounds): Promise<Measured[]> {
  const running: { name: string; worker: Worker; first: number; times: number[]; latest: Answer }[] = []
  try {
    for (const { name, command, args } of sides) {
      const worker = await Worker.start(command, args)
      const first = await worker.steps(1)
      running.push({ name, worker, first: first.times[0] ?? Number.NaN, times: [], latest: await worker.steps(2) })
    }
    for (let round = 0; round < rounds; round++) {
      for (const one of running) {
        one.latest = await one.worker.steps(steps)
        one.times.push(...one.latest.times)
      }
    }
  } finally {
    for (const { worker } of running) worker.stop()
  }
  return running.map(({ name, first, times, latest }) => ({
    name,
    first,
    median: medianOf(times),
    fastest: Math.min(...times),
    last: latest.last,
    resident: latest.resident,
    peak: latest.peak,
  }))
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
