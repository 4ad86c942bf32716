import { tf } from '../tf.js'
import type { StartedBackend } from './backendInfo.js'

/** TensorFlow's C library through the addon of tfjs-node. Throws when the addon is not installed or does not load. */
export async function startNative(): Promise<StartedBackend> {
  if (typeof process === 'undefined') throw new Error('needs Node.js')
  quietTensorFlow()
  await restoreRemovedUtil()
  await import('@tensorflow/tfjs-node')
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow did not start')
  const { availableParallelism } = await import('node:os')
  return { name: 'native', version: libraryVersion(tf.backend()), threads: availableParallelism(), simd: true }
}

/** TensorFlow's C++ side writes notes to stderr as it starts; they say nothing to a user, so they are off unless asked for. */
function quietTensorFlow(): void {
  if (!process.env['TESSERA_DEBUG']) process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
}

/** tfjs-node 4.22 still calls `util.isNullOrUndefined`, which Node 23 took away. */
async function restoreRemovedUtil(): Promise<void> {
  const { createRequire } = await import('node:module')
  const util: Record<string, unknown> = createRequire(import.meta.url)('node:util')
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
}

function libraryVersion(backend: tf.KernelBackend): string {
  const binding: unknown = 'binding' in backend ? backend.binding : undefined
  const version = binding && typeof binding === 'object' && 'TF_Version' in binding ? binding.TF_Version : undefined
  return typeof version === 'string' ? version : 'unknown'
}
