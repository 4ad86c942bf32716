import { test } from '@jest/globals'
import { checkSchedules } from './scheduleCampaign.js'

/** Printed by fast-check, with the order, when one fails. */
const SCHEDULES = process.env['TESSERA_FAULTS'] === '1' ? 5000 : 100

test(`${SCHEDULES} orders of a hook's saves, validation's and Ctrl-C's: one writer, nothing lost, last_checkpoint never ahead`, async () => {
  await checkSchedules(SCHEDULES, Number(process.env['FAULTS_SEED'] ?? 1))
})
