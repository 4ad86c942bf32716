import { type Builder, configPath, type Registry, TesseraError } from '@tessera/core'

/**
 * Builds what `config.type` names and makes sure that it is of the kind the caller needs.
 * @throws TesseraError INVALID_OPTIONS when a registered component of another kind stands there (a head as the backbone)
 */
export function buildModule<T extends object>(
  builder: Builder,
  registry: Registry,
  config: object,
  kind: abstract new (...args: never[]) => T,
  ...args: unknown[]
): T {
  const built: unknown = builder.build<unknown>(registry, config, ...args)
  if (built instanceof kind) return built
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'a component of another kind is needed here',
    path: configPath(config),
    got: Reflect.get(config, 'type'),
    expected: `a ${kind.name}`,
  })
}
