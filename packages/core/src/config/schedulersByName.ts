import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'
import { configPath } from './configPath.js'
import { isPlainObject } from './plainObject.js'
import { namedSchedulers } from './runPlaces.js'

/**
 * A `param_scheduler` section by the names of several optimizers (MMEngine); undefined for one that is for all of them.
 * @param names of the optimizers; undefined where there is a single one
 * @throws TesseraError INVALID_CONFIG for names that are not theirs
 */
export function schedulersByName(given: unknown, names: readonly string[] | undefined): Readonly<Record<string, unknown>> | undefined {
  const members = isPlainObject(given) ? namedSchedulers(given) : undefined
  if (!isPlainObject(given) || members === undefined) return undefined
  const path = configPath(given) ?? 'param_scheduler'
  if (names === undefined) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'schedulers by name are for several optimizers, and there is one',
      path,
      expected: "a scheduler with its 'type', or a list of them",
    })
  }
  const unknown = members.find(([name]) => !names.includes(name))?.[0]
  const missing = names.find((name) => !Object.hasOwn(given, name))
  if (unknown === undefined && missing === undefined) return given
  throw new TesseraError('INVALID_CONFIG', {
    what: unknown === undefined ? 'an optimizer has no schedulers' : 'no optimizer has this name',
    path: `${path}.${unknown ?? missing}`,
    ...(unknown === undefined ? {} : { nearest: suggest(unknown, names) }),
    expected: `schedulers for each of ${names.join(', ')}; [] for none`,
  })
}
