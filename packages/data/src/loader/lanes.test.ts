import { expect, test } from '@jest/globals'
import { Lanes } from './lanes.js'

test('at most so many tasks at a time, in order, also after one that fails', async () => {
  const lanes = new Lanes(2)
  const started: number[] = []
  let running = 0
  let most = 0
  const task = (name: number) => async () => {
    started.push(name)
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running--
    if (name === 1) throw new Error('one')
    return name
  }
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((name) => lanes.run(task(name))))
  expect(started).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([0, 'failed', 2, 3, 4])
})
