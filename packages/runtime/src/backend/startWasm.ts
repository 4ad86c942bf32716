import { tf } from '../tf.js'
import type { StartedBackend } from './backendInfo.js'
import { registerWasmSums } from './wasmSums.js'

/** WebAssembly: runs everywhere, about ten times slower than native for training. */
export async function startWasm(): Promise<StartedBackend> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  const threads = availableThreads()
  if (typeof process !== 'undefined' && process.versions?.node) {
    const { createRequire } = await import('node:module')
    const { dirname, sep } = await import('node:path')
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    wasm.setWasmPaths(dirname(main) + sep)
  } else {
    wasm.setThreadsCount(threads)
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly did not start')
  registerWasmSums()
  const simd = Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))
  // tfjs has no threaded wasm under Node (its issue 3830), so there one thread is the truth whatever the machine has.
  const threaded = Boolean(await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'))
  return { name: 'wasm', version: wasm.version_wasm, threads: threaded ? threads : 1, simd, deterministic: !threaded }
}

/** All hardware threads but one, which the page keeps for itself. */
function availableThreads(): number {
  const navigator: unknown = Reflect.get(globalThis, 'navigator')
  const all = navigator && typeof navigator === 'object' ? Number(Reflect.get(navigator, 'hardwareConcurrency')) : 1
  return Math.max(1, (all || 1) - 1)
}
