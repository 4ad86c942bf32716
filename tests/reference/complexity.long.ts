import { beforeAll, test } from '@jest/globals'
import { useBackend } from '@tessera/runtime'
import { expectComplexity, measuredComplexities } from '../../packages/models/src/testing/complexity.js'

beforeAll(async () => {
  await useBackend('auto')
})

test.each(measuredComplexities)('$backbone counts as the reference does', expectComplexity)
