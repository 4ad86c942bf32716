/**
 * The one place where TensorFlow.js comes into the house. Everybody else writes `import { tf } from '@tessera/runtime'`.
 *
 * `@tensorflow/tfjs` is imported for what it registers (gradient functions and the `cpu` backend); its layers and data APIs
 * are not part of what we offer, so the namespace itself is that of `tfjs-core`.
 */
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The `cpu` backend greets every Node user with an advertisement for tfjs-node on its first write, through `console.warn`.
 * Our own set-up has already said which backend is used and why, so the backend is made with its greeting marked as given.
 */
function silenceCpuBanner(): void {
  const make = tf.findBackendFactory('cpu')
  if (!make || make.name === 'makeQuietCpu') return
  tf.removeBackend('cpu')
  tf.registerBackend('cpu', function makeQuietCpu() {
    return Object.assign(make(), { firstUse: false })
  })
}

silenceCpuBanner()

export { tf }
