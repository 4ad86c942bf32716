import { TesseraError } from '@tessera/core'

/** The backends that can run a training step, fastest first. */
export const BACKEND_NAMES = ['native', 'wasm', 'cpu'] as const
export type BackendName = (typeof BACKEND_NAMES)[number]
export type BackendRequest = BackendName | 'auto'

/**
 * Which backends to try, in order. A name asked for in code stands alone: it works or it is an error. `auto` gives way to the
 * environment variable TESSERA_BACKEND, and without one tries them all, fastest first.
 */
export function backendsToTry(request: BackendRequest, environment: string | undefined): readonly BackendName[] {
  const wanted = request === 'auto' && environment ? environment : request
  if (wanted === 'auto') return BACKEND_NAMES
  const name = BACKEND_NAMES.find((known) => known === wanted)
  if (name) return [name]
  throw new TesseraError('INVALID_ARGUMENT', {
    what: 'there is no such backend',
    path: wanted === environment ? 'TESSERA_BACKEND' : 'useBackend',
    got: wanted,
    expected: ['auto', ...BACKEND_NAMES].join(', '),
  })
}
