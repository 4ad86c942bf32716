import { usePrebuilt } from './prebuilt/prebuilt.js'

// Trains what a config describes.
await usePrebuilt()
await import('./cli/train.js')
