import { type RandomSource, TesseraError } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import { changedResult, enterModule, leaveModule } from './callPath.js'
import type { Buffer, Parameter, StateTensor } from './parameter.js'

/** One entry of an `init_cfg`, built: sets how tensors of a module and of all below it are drawn. Draws nothing itself. */
export interface InitRule {
  apply(module: Module): void
  /** Applied after everything else that the module and those below it say (weights from a file). */
  readonly isLast?: boolean
  /** What it did, for the log. */
  readonly report?: string | undefined
}

/**
 * A tree of layers with dotted names (PyTorch's nn.Module). Children, parameters and buffers are registered under the names
 * that MMPreTrain's state dicts use, in the order in which PyTorch yields them.
 */
export abstract class Module {
  training = true
  /** What this module's `init_cfg` says about itself and what is below it; its children's own rules come after, and win. */
  initRules: readonly InitRule[] = []
  /** Whether checkpoints that its `init_cfg` names are read even for a model that gets its weights elsewhere: not all of it is saved. */
  protected readonly needsPretrained: boolean = false
  private frozen = false
  private readonly ownParameters = new Map<string, Parameter>()
  private readonly ownBuffers = new Map<string, Buffer>()
  private readonly children = new Map<string, Module>()
  private nameInParent = ''
  private parent: Module | undefined

  /** What the module computes. Call it as `module.call(x)`, so that errors can name the module. */
  abstract forward(...inputs: never[]): unknown

  /** `forward`, with this module's name on the call path. */
  call(...inputs: Parameters<this['forward']>): ReturnType<this['forward']> {
    enterModule(this)
    let result: unknown
    try {
      // The compiler cannot relate `this['forward']` to the abstract declaration.
      result = changedResult(this, (this.forward as (...args: unknown[]) => unknown)(...inputs))
      return result as ReturnType<this['forward']>
    } finally {
      leaveModule(result)
    }
  }

  registerParameter(name: string, parameter: Parameter): Parameter {
    this.claim(name)
    this.ownParameters.set(name, parameter)
    return parameter
  }

  registerBuffer(name: string, buffer: Buffer): Buffer {
    this.claim(name)
    this.ownBuffers.set(name, buffer)
    return buffer
  }

  /** Adds a child under `name`; registering under a taken name replaces the child (as PyTorch's attribute does). */
  registerModule<TModule extends Module>(name: string, module: TModule): TModule {
    if (!this.children.has(name)) this.claim(name)
    module.nameInParent = name
    module.parent = this
    this.children.set(name, module)
    return module
  }

  /** Dotted name below the root; `''` for the root. */
  get path(): string {
    return this.parent === undefined ? '' : join(this.parent.path, this.nameInParent)
  }

  /** The direct child called `name`. */
  child(name: string): Module | undefined {
    return this.children.get(name)
  }

  /** Direct children, in order. */
  namedChildren(): IterableIterator<[string, Module]> {
    return this.children.entries()
  }

  /** Parameters of this module alone. One that stands under two names comes once, under the first (PyTorch's named_parameters(recurse=False)). */
  ownNamedParameters(): IterableIterator<[string, Parameter]> {
    const own = this.ownParameters
    if (own.size < 2 || new Set(own.values()).size === own.size) return own.entries()
    const seen = new Set<Parameter>()
    return new Map([...own].filter(([, parameter]) => !seen.has(parameter) && seen.add(parameter))).entries()
  }

  ownNamedBuffers(): IterableIterator<[string, Buffer]> {
    return this.ownBuffers.entries()
  }

  /** This module (`''`) and all below it, parents first. */
  namedModules(prefix = ''): IterableIterator<[string, Module]> {
    const found: [string, Module][] = []
    this.addModules(found, prefix)
    return found.values()
  }

  /** Every parameter once, in PyTorch's order; a shared one under its first name. */
  *namedParameters(prefix = ''): IterableIterator<[string, Parameter]> {
    const seen = new Set<Parameter>()
    for (const [path, module] of this.namedModules(prefix)) {
      for (const [name, parameter] of module.ownParameters) {
        if (seen.has(parameter)) continue
        seen.add(parameter)
        yield [join(path, name), parameter]
      }
    }
  }

  *namedBuffers(prefix = ''): IterableIterator<[string, Buffer]> {
    for (const [path, module] of this.namedModules(prefix)) {
      for (const [name, buffer] of module.ownBuffers) yield [join(path, name), buffer]
    }
  }

  parameters(): Parameter[] {
    return [...this.namedParameters()].map(([, parameter]) => parameter)
  }

  /** Parameters and buffers under their dotted names, a module's own before its children's (state-dict order). */
  *namedState(prefix = ''): IterableIterator<[string, StateTensor]> {
    for (const [path, module] of this.namedModules(prefix)) {
      for (const [name, parameter] of module.ownParameters) yield [join(path, name), parameter]
      for (const [name, buffer] of module.ownBuffers) yield [join(path, name), buffer]
    }
  }

  /** Sets training mode for the whole tree; returns this. */
  train(mode = true): this {
    for (const [, module] of this.namedModules()) module.onTrain(mode)
    return this
  }

  eval(): this {
    return this.train(false)
  }

  /**
   * Decides how each tensor starts (`init_cfg` from the root down, each module's own last word on the way back), writes its dotted
   * name into it, and draws its values from a stream of that name: adding or reordering layers never moves another layer's values.
   * Call on the root.
   * @param options.pretrained false: what an `init_cfg` says of checkpoints is passed over, for a model that gets its weights elsewhere
   */
  initWeights(random: RandomSource, options: { pretrained?: boolean } = {}): void {
    this.applyInit(options.pretrained !== false)
    this.nameState()
    const seen = new Set<StateTensor>()
    for (const [name, tensor] of this.namedState()) {
      if (seen.has(tensor)) continue
      seen.add(tensor)
      tensor.initialize(random.fork(name))
    }
  }

  /** The module at the top of the tree that this one is in. */
  get root(): Module {
    return this.parent?.root ?? this
  }

  /** Gives each tensor its dotted name below this module; a shared one keeps the first. */
  nameState(): void {
    const seen = new Set<StateTensor>()
    for (const [name, tensor] of this.namedState()) {
      if (!seen.has(tensor)) tensor.name = name
      seen.add(tensor)
    }
  }

  /** Takes the tree out of training for good: its parameters get no gradient, and dropout stays off whatever `train` says. */
  freeze(): void {
    for (const [, module] of this.namedModules()) {
      module.frozen = true
      module.training = false
      for (const [, parameter] of module.ownParameters) parameter.requiresGrad = false
    }
  }

  /** Takes `freeze` back for the whole tree; modules train again from the next `train()` on. */
  unfreeze(): void {
    for (const [, module] of this.namedModules()) {
      module.frozen = false
      module.training = this.parent?.training ?? true
      for (const [, parameter] of module.ownParameters) parameter.requiresGrad = true
    }
  }

  /** Frees every tensor of the tree. */
  dispose(): void {
    for (const [, tensor] of this.namedState()) tensor.dispose()
  }

  /**
   * Names that state dicts of other versions or of pretraining have instead of this module's: ours → theirs, both below this module.
   * @param has whether the state dict has a name below this module
   */
  namesElsewhere(_has: (name: string) => boolean): ReadonlyMap<string, string> {
    return new Map()
  }

  /** This module's own parameters become the child's: the same tensors, under longer names. */
  protected handParametersTo(child: Module): void {
    for (const [name, parameter] of this.ownParameters) child.registerParameter(name, parameter)
    this.ownParameters.clear()
  }

  /** Appends this module and all below it: a list, because generators inside generators resume each other at every item. */
  protected addModules(found: [string, Module][], prefix: string): void {
    found.push([prefix, this])
    for (const [name, child] of this.children) child.addModules(found, join(prefix, name))
  }

  /** What `train(mode)` does to this module alone. */
  protected onTrain(mode: boolean): void {
    this.training = mode && !this.frozen
  }

  /** The module's last word on how the tensors below it start, after all `init_cfg` rules (MMEngine: code after `super().init_weights()`). */
  protected adjustInit(): void {}

  private applyInit(wanted: boolean): void {
    const pretrained = wanted || this.needsPretrained
    for (const rule of this.initRules) if (rule.isLast !== true) rule.apply(this)
    for (const [, child] of this.children) child.applyInit(pretrained)
    this.adjustInit()
    if (pretrained) for (const rule of this.initRules) if (rule.isLast === true) rule.apply(this)
  }

  private claim(name: string): void {
    if (name === '' || name.includes('.')) {
      throw new TesseraError('INVALID_ARGUMENT', { what: 'a name in a module is one dotless word', got: name })
    }
    if (this.ownParameters.has(name) || this.ownBuffers.has(name) || this.children.has(name)) {
      throw new TesseraError('DUPLICATE_NAME', { what: `${this.constructor.name} already has something of this name`, got: name })
    }
  }
}

/** A module from tensor to tensor. */
export abstract class TensorModule extends Module {
  abstract override forward(input: tf.Tensor): tf.Tensor
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}
