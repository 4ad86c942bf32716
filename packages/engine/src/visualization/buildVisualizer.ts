import { type Builder, TesseraError, VISUALIZERS } from '@tessera/core'
import { type Config, own, section, withKeys } from '../run/configSections.js'
import type { VisRun } from './visBackend.js'
import { Visualizer } from './visualizer.js'

/** The config's `visualizer`; without one, the usual one with the config's `vis_backends`. */
export function buildVisualizer(config: Config, run: VisRun, builder: Builder): Visualizer {
  const given = section(config, 'visualizer')
  const built = VISUALIZERS.build(
    given === undefined
      ? { type: 'Visualizer', vis_backends: own(config, 'vis_backends') ?? null }
      : withKeys(given, { type: own(given, 'type') ?? 'Visualizer' }),
    builder,
    run,
  )
  if (built instanceof Visualizer) return built
  throw new TesseraError('INVALID_CONFIG', { what: 'a visualizer extends Visualizer', path: 'visualizer', got: built.constructor.name })
}
