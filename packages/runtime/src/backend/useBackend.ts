import { TesseraError } from '@tessera/core'
import { tf } from '../tf.js'
import type { BackendInfo, StartedBackend } from './backendInfo.js'
import { type BackendName, type BackendRequest, backendsToTry } from './backendName.js'
import { startNative } from './startNative.js'
import { startWasm } from './startWasm.js'
import type { Parallelism } from './threadPlan.js'

const STARTERS: Record<BackendName, (parallelism: Parallelism, deterministic: boolean) => Promise<StartedBackend>> = {
  native: startNative,
  wasm: startWasm,
  cpu: startCpu,
}

let current: BackendInfo | undefined

/**
 * Makes one backend the active one and says which. Calling it again is free: `auto` then answers the backend in use.
 *
 * `auto` is the fastest that works here (native, wasm, cpu), unless TESSERA_BACKEND names one. One asked for by name that cannot
 * run is TesseraError BACKEND_UNAVAILABLE; tensors of another backend move over when they are next used.
 * @param parallelism 'shards' where steps are compiled; the first call in a process decides, for TensorFlow makes its threads once
 * @param deterministic whether the same steps must give the same bits each time; the first call decides likewise, and
 * `BackendInfo.deterministic` says what came of it
 */
export async function useBackend(
  request: BackendRequest = 'auto',
  parallelism: Parallelism = 'ops',
  deterministic = false,
): Promise<BackendInfo> {
  const names = backendsToTry(request, typeof process === 'undefined' ? undefined : process.env['TESSERA_BACKEND'])
  if (current && (request === 'auto' || names[0] === current.name)) return current
  const failures: string[] = []
  for (const name of names) {
    try {
      const started = await STARTERS[name](parallelism, deterministic)
      current = failures.length > 0 ? { ...started, why: failures.join('; ') } : started
      return current
    } catch (error) {
      failures.push(`${name}: ${firstLine(error)}`)
    }
  }
  throw new TesseraError('BACKEND_UNAVAILABLE', {
    what: `no backend can be used on this machine (${failures.join('; ')})`,
    expected: names.join(' or '),
    hint: 'node tools/setup/setup.mjs installs what is missing, npx tsx tools/doctor.ts says what that is',
  })
}

/** The backend that `useBackend` chose, or undefined before its first call. */
export function currentBackend(): BackendInfo | undefined {
  return current
}

async function startCpu(): Promise<StartedBackend> {
  await tf.setBackend('cpu')
  return { name: 'cpu', version: tf.version_core, threads: 1, simd: false, deterministic: true }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n', 1)[0]?.trim() ?? message
}
