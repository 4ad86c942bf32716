// Runs under `npm run test:faults` only.
import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  buildVictim,
  end,
  finishes,
  forEach,
  newWorkDir,
  type Outcome,
  outcomeOf,
  runVictim,
  type Start,
  start,
  undisturbed,
} from './victims.js'

/** Two epochs of seven batches, accumulated by threes; a save within each and at each end, a validation at the end. */
const STEPS = 14

/** FAULTS_NATIVE=0 where there is no native backend. */
const BACKENDS = process.env['FAULTS_NATIVE'] === '0' ? ['cpu'] : ['cpu', 'native']

describe.each(BACKENDS)('on the backend %s', (backend) => {
  let options: Start
  let whole: Outcome
  beforeAll(async () => {
    options = { victim: await buildVictim(backend), env: { VICTIM_EPOCHS: '2' } }
    whole = await undisturbed(options)
  }, 120_000)

  test('stopped after every step of two epochs and resumed: the same losses, weights, averages and optimizer, bit for bit', async () => {
    const steps = Array.from({ length: STEPS - 1 }, (_, index) => index + 1)
    await forEach(steps, async (step) => {
      const workDir = newWorkDir()
      const { code } = await runVictim(workDir, { ...options, env: { ...options.env, VICTIM_STOP_AT: String(step) } })
      if (code !== 0 || outcomeOf(workDir).iter !== step)
        throw new Error(`asked to stop after step ${step} it ended with ${code} elsewhere`)
      await finishes(workDir, `stopped after step ${step}`, whole, options)
    })
  })

  test('stopped after each, one after the other', async () => {
    const workDir = newWorkDir()
    for (let step = 1; step < STEPS; step++) await runVictim(workDir, { ...options, env: { ...options.env, VICTIM_STOP_AT: String(step) } })
    await finishes(workDir, 'stopped after every step', whole, options)
  })

  test('two runs of the same config are equal while the machine is busy', async () => {
    const load = Array.from({ length: 3 }, () => start(newWorkDir(), options))
    const endings = load.map((child) => end(child))
    expect(await undisturbed(options)).toEqual(whole)
    await Promise.all(endings)
  })
})
