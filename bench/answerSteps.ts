import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A worker's side of `worker.ts`: says that it is ready, then answers each line, a number of steps, with one line of JSON. */
export async function answerSteps(step: () => number | Promise<number>, ready: object = {}): Promise<never> {
  process.stdout.write(`${JSON.stringify({ ready: true, ...ready })}\n`)
  for await (const line of createInterface({ input: process.stdin })) {
    const times: number[] = []
    let last = Number.NaN
    for (let i = 0; i < Number(line); i++) {
      const began = performance.now()
      last = await step()
      times.push(performance.now() - began)
    }
    process.stdout.write(`${JSON.stringify({ times, last, resident: status('VmRSS'), peak: status('VmHWM') })}\n`)
  }
  process.exit(0)
}

const status = (key: string) =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) / 1024
