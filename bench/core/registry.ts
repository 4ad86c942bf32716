// npx tsx bench/core/registry.ts: what building by name costs, with few and with ten thousand names. Medians of rounds, interleaved.
import '@tessera/configs'
import { annotatePaths, DATA_SAMPLERS, Registry, RunContainer } from '@tessera/core'

const NAMES = 10_000
const BUILDS = 20_000
const ROUNDS = 9

/** A class with the few options of a sampler. */
class Small {
  static readonly schema = DATA_SAMPLERS.resolve('DefaultSampler').module.schema
  constructor(readonly options: unknown) {}
}

function registryOf(names: number): Registry<object> {
  const registry = new Registry<object>('part')
  for (let i = 0; i < names; i++) registry.registerModule({ name: `Part${i}`, module: class extends Small {} as typeof Small })
  return registry
}

/** Microseconds a build. */
function measure(registry: Registry<object>, container: RunContainer, config: object): number {
  const start = performance.now()
  for (let i = 0; i < BUILDS; i++) container.build(registry, config)
  return ((performance.now() - start) * 1000) / BUILDS
}

const config = { part: { type: 'Part7', shuffle: true } }
annotatePaths(config)
const sizes = [10, NAMES].map((names) => ({ names, registry: registryOf(names), container: new RunContainer(), times: [] as number[] }))
for (let round = 0; round < ROUNDS; round++) {
  for (const { registry, container, times } of sizes) times.push(measure(registry, container, config.part))
}
for (const { names, times } of sizes) {
  process.stdout.write(`registry.build, ${names} names: ${(times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0).toFixed(2)} µs\n`)
}
