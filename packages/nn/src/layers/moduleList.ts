import { TesseraError } from '@tessera/core'
import { Module } from '../module/module.js'

/** Children under their index, run by whoever holds the list. */
export class ModuleList<TModule extends Module> extends Module implements Iterable<TModule> {
  private readonly items: readonly TModule[]

  constructor(modules: readonly TModule[]) {
    super()
    this.items = modules.map((module, index) => this.registerModule(String(index), module))
  }

  get length(): number {
    return this.items.length
  }

  [Symbol.iterator](): Iterator<TModule> {
    return this.items[Symbol.iterator]()
  }

  override forward(): never {
    throw new TesseraError('INVALID_ARGUMENT', { what: 'a ModuleList has no forward: call its items', path: this.path })
  }
}
