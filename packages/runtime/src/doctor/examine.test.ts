import { expect, test } from '@jest/globals'
import { tf } from '../tf.js'
import { examine } from './examine.js'

test('examines this machine and leaves no tensors', async () => {
  const report = await examine()
  expect(report.node).toBe(process.version)
  expect(report.backend?.threads).toBeGreaterThanOrEqual(1)
  expect(report.matmulGflops).toBeGreaterThan(0)
  expect(tf.memory().numTensors).toBe(0)
})
