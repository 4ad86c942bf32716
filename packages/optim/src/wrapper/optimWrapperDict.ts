import { suggest, TesseraError } from '@tessera/core'
import type { OptimStateDict, OptimWrapperContract, ParamGroup } from '@tessera/nn'
import type { OptimWrapper } from './optimWrapper.js'

/** Between a wrapper's name and a tensor's; no name in a config has it. */
const OF = '/'
/** How often a wrapper was called: no count of iterations tells it after a resume, as with a single optimizer. */
const INNER_COUNT = 'inner_count'

/**
 * Several optimizer wrappers under names, for models that train with more than one optimizer (MMEngine's OptimWrapperDict). Sections by
 * name in a config make it (`MultiOptimWrapperConstructor`), or a constructor of your own; the model updates each wrapper itself.
 */
export class OptimWrapperDict implements OptimWrapperContract {
  readonly wrappers: ReadonlyMap<string, OptimWrapper>

  constructor(wrappers: Readonly<Record<string, OptimWrapper>>) {
    this.wrappers = new Map(Object.entries(wrappers))
  }

  get size(): number {
    return this.wrappers.size
  }

  has(name: string): boolean {
    return this.wrappers.has(name)
  }

  /** @throws TesseraError INVALID_ARGUMENT for a name that is not here */
  get(name: string): OptimWrapper {
    const wrapper = this.wrappers.get(name)
    if (wrapper !== undefined) return wrapper
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'no optimizer wrapper has this name',
      got: name,
      nearest: suggest(name, this.wrappers.keys()),
      expected: `one of ${[...this.wrappers.keys()].join(', ')}`,
    })
  }

  keys(): IterableIterator<string> {
    return this.wrappers.keys()
  }

  values(): IterableIterator<OptimWrapper> {
    return this.wrappers.values()
  }

  entries(): IterableIterator<[string, OptimWrapper]> {
    return this.wrappers.entries()
  }

  /** Of all together. */
  get steps(): number {
    return [...this.wrappers.values()].reduce((sum, { steps }) => sum + steps, 0)
  }

  /** Of all wrappers, one after another, so that one list of schedulers serves them all. */
  get paramGroups(): readonly ParamGroup[] {
    return [...this.wrappers.values()].flatMap((wrapper) => wrapper.paramGroups)
  }

  updateParams(): never {
    throw separately('updateParams')
  }

  optimContext(): never {
    throw separately('optimContext')
  }

  shouldUpdate(): never {
    throw separately('shouldUpdate')
  }

  /** Nothing: which wrapper is updated in which iteration only the model knows, and tells each (MMEngine). */
  initializeCountStatus(): void {}

  /** `<name>.lr`, and `<name>.base_lr`. */
  getLr(): Record<string, number[]> {
    return this.prefixed((wrapper) => wrapper.getLr())
  }

  getMomentum(): Record<string, number[]> {
    return this.prefixed((wrapper) => wrapper.getMomentum())
  }

  stateDict(): OptimStateDict {
    const states = [...this.wrappers].map(([name, wrapper]) => [name, wrapper.stateDict()] as const)
    return {
      tensors: new Map(
        states.flatMap(([name, { tensors }]) => [...tensors].map(([key, tensor]) => [`${name}${OF}${key}`, tensor] as const)),
      ),
      json: Object.fromEntries(states.map(([name, { json }]) => [name, { ...json, [INNER_COUNT]: this.get(name).innerCount }])),
    }
  }

  /** @throws TesseraError STATE_DICT_MISMATCH for a name that is not here; then nothing has changed */
  loadStateDict({ tensors, json }: OptimStateDict): void {
    const saved = Object.entries(json)
    const unknown = saved.find(([name]) => !this.wrappers.has(name))
    if (unknown !== undefined) {
      throw new TesseraError('STATE_DICT_MISMATCH', {
        what: 'the optimizer state is of a wrapper that is not here',
        got: unknown[0],
        nearest: suggest(unknown[0], this.wrappers.keys()),
        expected: `one of ${[...this.wrappers.keys()].join(', ')}`,
      })
    }
    for (const [name, own] of saved) {
      if (typeof own !== 'object' || own === null) continue
      const ofWrapper = [...tensors].flatMap(([key, tensor]) =>
        key.startsWith(`${name}${OF}`) ? [[key.slice(name.length + OF.length), tensor] as const] : [],
      )
      const { [INNER_COUNT]: innerCount, ...json } = { [INNER_COUNT]: undefined, ...own }
      this.get(name).loadStateDict({ tensors: new Map(ofWrapper), json })
      if (typeof innerCount === 'number') this.get(name).innerCount = innerCount
    }
  }

  dispose(): void {
    for (const wrapper of this.wrappers.values()) wrapper.dispose()
  }

  private prefixed(read: (wrapper: OptimWrapper) => Record<string, number[]>): Record<string, number[]> {
    return Object.fromEntries(
      [...this.wrappers].flatMap(([name, wrapper]) => Object.entries(read(wrapper)).map(([key, values]) => [`${name}.${key}`, values])),
    )
  }
}

function separately(method: string): TesseraError {
  return new TesseraError('INVALID_ARGUMENT', {
    what: `${method} is called on each optimizer wrapper of an OptimWrapperDict separately`,
    hint: "A model with several optimizers has a trainStep of its own: optimWrapper.get('generator').updateParams(…), and so on.",
  })
}
