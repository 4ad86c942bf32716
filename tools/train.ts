import { usePrebuilt } from './prebuilt/prebuilt.js'

// Trains what a config describes: cli/train.ts does, from files that are built when a source has changed.
await usePrebuilt()
await import('./cli/train.js')
