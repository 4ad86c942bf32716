/** `ENOENT` and its kin. Not by instanceof Error: system errors come from Node's own realm, which a test's may not be. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
