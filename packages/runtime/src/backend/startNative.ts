import { tf } from '../tf.js'
import type { StartedBackend } from './backendInfo.js'
import { registerReluGradients } from './reluGradients.js'
import { registerStridedFilterGradient } from './stridedFilterGradient.js'
import { type Parallelism, planThreads } from './threadPlan.js'

/** TensorFlow's C library through the addon of tfjs-node. Throws when the addon is not installed or does not load. */
export async function startNative(parallelism: Parallelism, deterministic: boolean): Promise<StartedBackend> {
  if (typeof process === 'undefined') throw new Error('needs Node.js')
  const { availableParallelism } = await import('node:os')
  const threads = availableParallelism()
  const { shards, threadsPerOp } = planThreads(parallelism, threads, deterministic)
  // Read once, when the library loads; what the user has set stands, unless it would break a promise.
  if (deterministic) Object.assign(process.env, { TF_DETERMINISTIC_OPS: '1', TF_NUM_INTRAOP_THREADS: '1' })
  if (threadsPerOp !== undefined) process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threadsPerOp)
  await restoreRemovedUtil()
  await importQuietly()
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow did not start')
  registerReluGradients()
  registerStridedFilterGradient()
  return { name: 'native', version: libraryVersion(tf.backend()), threads, shards, simd: true, deterministic }
}

/**
 * TensorFlow's C++ side writes notes to stderr as it starts; they say nothing to a user, so they are off unless TESSERA_DEBUG asks
 * for them. Its newer versions write one before any switch is read: for those the set-up built a small addon that mutes stderr.
 */
async function importQuietly(): Promise<void> {
  const debug = Boolean(process.env['TESSERA_DEBUG'])
  if (!debug) process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  const quiet = debug ? undefined : await loadQuiet()
  quiet?.mute()
  try {
    await import('@tensorflow/tfjs-node')
  } finally {
    quiet?.unmute()
  }
}

interface Quiet {
  mute(): void
  unmute(): void
}

async function loadQuiet(): Promise<Quiet | undefined> {
  const { createRequire } = await import('node:module')
  const { existsSync } = await import('node:fs')
  const { dirname, join } = await import('node:path')
  const require = createRequire(import.meta.url)
  const path = join(dirname(require.resolve('@tensorflow/tfjs-node/package.json')), 'lib/napi-v8/tessera_quiet.node')
  if (!existsSync(path)) return undefined
  const addon: unknown = require(path)
  return isQuiet(addon) ? addon : undefined
}

function isQuiet(addon: unknown): addon is Quiet {
  return typeof addon === 'object' && addon !== null && 'mute' in addon && 'unmute' in addon
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
