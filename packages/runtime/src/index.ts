export type { BackendName, BackendRequest } from './backend/backendName.js'
export { type BackendInfo, currentBackend, useBackend } from './backend/useBackend.js'
export { tf } from './tf.js'
export { stepScalar } from './step/stepScalar.js'
