import { loadConfig, sameValue, TesseraError } from '@tessera/core'

/** Refuses two config files that do not load to the same config; the order of top-level keys has no meaning. */
export async function sameRun(source: string, converted: string): Promise<void> {
  const expected = (await loadConfig(source)).config
  const got = (await loadConfig(converted)).config
  const differing = [...new Set([...Object.keys(expected), ...Object.keys(got)])].filter((key) => !sameValue(expected[key], got[key]))
  if (differing.length === 0) return
  throw new TesseraError('INVALID_CONFIG', {
    what: `${converted} does not load to the same config as ${source}: a bug of the converter`,
    path: differing.join(', '),
    got: got[differing[0] ?? ''],
    expected: expected[differing[0] ?? ''],
  })
}
