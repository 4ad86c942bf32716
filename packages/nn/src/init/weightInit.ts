import { type Builder, TesseraError, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { InitRule, Module } from '../module/module.js'
import type { Initializer } from '../module/parameter.js'
import { constant } from './initializers.js'

/** Options that every initialiser of an `init_cfg` has. */
export const weightInitEntries = {
  /** Class name or names of the layers to initialise; a base class's name counts. */
  layer: v.optional(v.union([v.string(), v.array(v.string())])),
  /** Direct children by `name`, with this initialiser or one of their own `type`. */
  override: v.optional(v.union([v.looseObject({ name: v.string() }), v.array(v.looseObject({ name: v.string() }))])),
}

export const biasEntries = {
  /** Value of biases. */
  bias: v.optional(v.number(), 0),
  /** Set biases so that a sigmoid starts at this probability; replaces `bias`. */
  bias_prob: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1))),
}

export interface WeightInitOptions {
  layer?: string | string[] | undefined
  override?: Override | Override[] | undefined
  bias?: number | undefined
  bias_prob?: number | undefined
}

type Override = { name: string; [option: string]: unknown }

/** MMEngine's BaseInit: sets how `weight` and `bias` of the chosen layers start. */
export abstract class WeightInit implements InitRule {
  private readonly layers: ReadonlySet<string>
  private readonly overrides: readonly { name: string; rule: WeightInit }[]
  private readonly bias: Initializer
  protected abstract readonly weight: Initializer

  constructor(options: WeightInitOptions, builder: Builder) {
    this.layers = new Set(options.layer === undefined ? [] : [options.layer].flat())
    this.bias = constant(options.bias_prob === undefined ? (options.bias ?? 0) : -Math.log((1 - options.bias_prob) / options.bias_prob))
    this.overrides = (options.override === undefined ? [] : [options.override].flat()).map((override) =>
      this.buildOverride(override, builder),
    )
    if (this.layers.size + this.overrides.length === 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'an init_cfg entry that names no layer initialises nothing',
        got: this.constructor.name,
        hint: "Give it `layer: 'Linear'` (class names), or `override: { name: … }`.",
      })
    }
  }

  apply(module: Module): void {
    for (const [, below] of module.namedModules()) if (this.isMeant(below)) this.applyTo(below)
    for (const { name, rule } of this.overrides) {
      const child = module.child(name)
      if (child === undefined) {
        throw new TesseraError('INVALID_OPTIONS', {
          what: 'init_cfg.override names a child that does not exist',
          path: module.path,
          got: name,
          expected: [...module.namedChildren()].map(([known]) => known),
        })
      }
      for (const [, below] of child.namedModules()) rule.applyTo(below)
    }
  }

  private applyTo(module: Module): void {
    for (const [name, parameter] of module.ownNamedParameters()) {
      if (name === 'weight') parameter.init = this.weight
      if (name === 'bias') parameter.init = this.bias
    }
  }

  private isMeant(module: Module): boolean {
    for (let current: unknown = module.constructor; typeof current === 'function'; current = Object.getPrototypeOf(current)) {
      if (this.layers.has(current.name)) return true
      if (namesOf(current).some((name) => this.layers.has(name))) return true
    }
    return false
  }

  private buildOverride(override: Override, builder: Builder): { name: string; rule: WeightInit } {
    const { name, ...config } = override
    if (Object.keys(config).length === 0) return { name, rule: this }
    // A rule with a type of its own speaks for the whole child; its own class demands a layer, so it is given one that matches all.
    const rule = builder.build<object>(WEIGHT_INITIALIZERS, { layer: 'Module', ...config })
    if (rule instanceof WeightInit) return { name, rule }
    throw new TesseraError('INVALID_OPTIONS', { what: 'init_cfg.override takes initialisers of weights', got: config['type'] })
  }
}

/** Other names of a layer class: those that PyTorch's classes of its kind have, where ours differ (`static layerNames`). */
function namesOf(layerClass: object): readonly string[] {
  return Object.hasOwn(layerClass, 'layerNames') ? (Reflect.get(layerClass, 'layerNames') as readonly string[]) : []
}
