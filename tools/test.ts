import { usePrebuilt } from './prebuilt/prebuilt.js'

// Tests a checkpoint on the config's test set.
await usePrebuilt()
await import('./cli/test.js')
