import { expect, test } from '@jest/globals'
import { LOG_LEVELS, RunLogger } from './runLogger.js'

test.each(LOG_LEVELS)('at level %s it keeps debug lines exactly when it says so', (level) => {
  const written: string[] = []
  const console = { write: (text: string) => written.push(text), color: false, interactive: false, columns: 80 }
  const logger = new RunLogger({ console, level })
  logger.debug('a line')
  expect(written.length > 0).toBe(logger.keepsDebug)
  expect(logger.keepsDebug).toBe(level === 'DEBUG')
})
