import { suggest } from '../../registry/suggest.js'
import type { Environment } from '../environment.js'
import { fillPlaceholders } from '../placeholders.js'
import type { Budget } from './budget.js'
import { builtins } from './builtins.js'
import { fromConfig } from './convertValues.js'
import { Fault, LANGUAGE } from './fault.js'
import { methodOf } from './methods.js'
import { binary, compare, unary } from './operators.js'
import { entryOf, itemAt, itemsOf, keysHint, type SliceBounds, sliceOf } from './sequences.js'
import type { Argument, Clause, DictEntry, Expression, FormatPart, Item, Slice, Span } from './syntax.js'
import { formatValue, reprOf, textOf } from './text.js'
import { deepCopy, isTrue, keyOf, PyClass, PyDict, PyFunction, PyList, PyModule, PySet, PyTuple, typeName, type Value } from './values.js'

export interface Surroundings {
  /** For placeholders: the file, and the variables it may read. */
  readonly file: string
  readonly environment: Environment
  /** The merged bases that `_base_` stands for. */
  readonly base?: PyDict
}

/** Evaluates the expressions of one file. It reaches its variables, the functions of the language, and nothing else. */
export class Interpreter {
  /** What is being evaluated, for the place of an error. */
  at: Span = { from: 0, to: 1 }
  private readonly functions: ReadonlyMap<string, PyFunction>
  /** Variables of the comprehensions around the current expression, outermost first. */
  private readonly scopes: Map<string, Value>[] = []

  constructor(
    readonly globals: Map<string, Value>,
    readonly budget: Budget,
    private readonly surroundings: Surroundings,
  ) {
    this.functions = builtins(budget)
  }

  evaluate(node: Expression): Value {
    this.budget.step()
    switch (node.kind) {
      case 'literal':
        return typeof node.value === 'string' ? this.perform(node, (text) => this.filled(text), node.value) : node.value
      case 'name':
        this.at = node
        return this.lookUp(node.name)
      case 'list':
        return new PyList(this.items(node.items))
      case 'tuple':
        return new PyTuple(this.items(node.items))
      case 'set':
        return this.setOf(this.items(node.items), node)
      case 'dict':
        return this.dict(node.entries, node)
      case 'formatted':
        return this.formatted(node.parts, node)
      case 'unary':
        return this.perform(node, unary, node.operator, this.evaluate(node.operand))
      case 'binary':
        return this.perform(node, binary, node.operator, this.evaluate(node.left), this.evaluate(node.right), this.budget)
      case 'logical': {
        const left = this.evaluate(node.left)
        return isTrue(left) === (node.operator === 'or') ? left : this.evaluate(node.right)
      }
      case 'compare': {
        let left = this.evaluate(node.first)
        for (const { operator, operand } of node.rest) {
          const right = this.evaluate(operand)
          if (!this.perform(node, compare, operator, left, right, this.budget)) return false
          left = right
        }
        return true
      }
      case 'conditional':
        return this.evaluate(isTrue(this.evaluate(node.test)) ? node.whenTrue : node.otherwise)
      case 'call':
        return this.call(node, this.evaluate(node.callee), node.args)
      case 'attribute':
        return this.perform(node, (object) => this.attribute(object, node.name), this.evaluate(node.object))
      case 'subscript': {
        const object = this.evaluate(node.object)
        if (node.index.kind === 'slice') return this.perform(node, sliceOf, object, this.bounds(node.index), this.budget)
        return this.perform(node, itemAt, object, this.evaluate(node.index), this.budget)
      }
      case 'comprehension': {
        const found: Value[] = []
        const dict = new PyDict()
        this.scopes.push(new Map())
        this.loopThrough(node.clauses, 0, () => {
          this.budget.items(1)
          const element = this.evaluate(node.element)
          if (node.value === undefined) found.push(element)
          else dict.set(this.perform(node, keyOf, element), this.evaluate(node.value))
        })
        this.scopes.pop()
        return node.into === 'dict' ? dict : node.into === 'set' ? this.setOf(found, node) : new PyList(found)
      }
      case 'baseReference':
        return this.perform(node, (keys) => this.baseValue(keys), node.keys)
      case 'variableReference':
        return this.perform(node, (placeholder) => this.variable(placeholder), node.placeholder)
    }
  }

  bounds(slice: Slice): SliceBounds {
    const bound = (node: Expression | undefined): Value => (node === undefined ? null : this.evaluate(node))
    return { start: bound(slice.start), stop: bound(slice.stop), step: bound(slice.step) }
  }

  /** Does something at a place, so that an error of it is reported there. */
  perform<TArgs extends unknown[], TResult>(place: Span, run: (...args: TArgs) => TResult, ...args: TArgs): TResult {
    this.at = place
    return run(...args)
  }

  /** Binds a variable: of the innermost comprehension, or of the file. */
  bind(name: string, value: Value): void {
    const scope = this.scopes.at(-1) ?? this.globals
    scope.set(name, value)
  }

  /** Takes a value apart for `a, (b, *c) = value`; calls `assign` for each part. */
  unpack(targets: readonly Item[], value: Value, place: Span, assign: (target: Expression, part: Value) => void): void {
    const items = this.perform(place, itemsOf, value, this.budget)
    const star = targets.findIndex(({ spread }) => spread)
    const after = star === -1 ? 0 : targets.length - star - 1
    if (star === -1 ? items.length !== targets.length : items.length < targets.length - 1) {
      this.at = place
      throw new Fault(`${items.length} values cannot be unpacked into ${targets.length} names`)
    }
    this.budget.items(items.length)
    for (const [index, target] of targets.entries()) {
      if (index === star) assign(target.value, new PyList(items.slice(star, items.length - after)))
      else assign(target.value, items[star !== -1 && index > star ? items.length - targets.length + index : index] ?? null)
    }
  }

  private lookUp(name: string): Value {
    for (let index = this.scopes.length - 1; index >= 0; index--) {
      const value = this.scopes[index]?.get(name)
      if (value !== undefined) return value
    }
    const value = this.globals.get(name) ?? (name === '_base_' ? this.surroundings.base : undefined) ?? this.functions.get(name)
    if (value !== undefined) return value
    // A config is executed by MMEngine, not as a script.
    if (name === '__name__') return 'builtins'
    const known = [...this.globals.keys(), ...this.functions.keys()]
    throw new Fault(`the name '${name.slice(0, 80)}' is not defined`, {
      nearest: suggest(name, known),
      hint: this.functions.has(name) ? undefined : LANGUAGE,
    })
  }

  private items(items: readonly Item[]): Value[] {
    this.budget.items(items.length)
    const values: Value[] = []
    for (const { value, spread } of items) {
      if (!spread) values.push(this.evaluate(value))
      else {
        const more = this.perform(value, itemsOf, this.evaluate(value), this.budget)
        this.budget.items(more.length)
        for (const item of more) values.push(item)
      }
    }
    return values
  }

  private setOf(values: readonly Value[], place: Span): PySet {
    const set = new PySet()
    for (const value of values) {
      const key = this.perform(place, keyOf, value)
      if (!set.items.has(key)) set.items.set(key, value)
    }
    return set
  }

  private dict(entries: readonly DictEntry[], place: Span): PyDict {
    this.budget.items(entries.length)
    const dict = new PyDict()
    for (const entry of entries) {
      const value = this.evaluate(entry.value)
      if (entry.key !== undefined) dict.set(this.perform(entry.key, keyOf, this.evaluate(entry.key)), value)
      else for (const [key, each] of this.spreadEntries(value, place)) dict.set(key, each)
    }
    return dict
  }

  private spreadEntries(value: Value, place: Span): PyDict['entries'] {
    this.at = place
    if (!(value instanceof PyDict)) throw new Fault(`'**' takes a dict, not a ${typeName(value)}`)
    this.budget.items(value.entries.size)
    return value.entries
  }

  private formatted(parts: readonly FormatPart[], place: Span): string {
    const texts = parts.map((part) => {
      if (typeof part === 'string') return this.perform(place, (text) => this.filled(text), part)
      const value = this.evaluate(part.value)
      const spec = part.spec.length === 0 ? '' : this.formatted(part.spec, place)
      return this.perform(part.value, () => {
        if (part.conversion === 's') return formatValue(textOf(value, this.budget), spec, this.budget)
        return formatValue(part.conversion === '' ? value : reprOf(value, this.budget), spec, this.budget)
      })
    })
    this.budget.characters(texts.reduce((sum, text) => sum + text.length, 0))
    return texts.join('')
  }

  private call(node: Span, callee: Value, given: readonly Argument[]): Value {
    const positional: Value[] = []
    const named = new Map<string, Value>()
    this.budget.items(given.length)
    for (const { value, name, spread } of given) {
      const argument = this.evaluate(value)
      if (spread === '*') for (const item of this.perform(value, itemsOf, argument, this.budget)) positional.push(item)
      else if (spread === '**') for (const [key, each] of this.spreadEntries(argument, value)) this.nameArgument(named, key, each, value)
      else if (name === undefined) positional.push(argument)
      else this.nameArgument(named, name, argument, value)
    }
    this.at = node
    if (callee instanceof PyFunction) return callee.call({ positional, named })
    if (callee instanceof PyClass) {
      throw new Fault(`'${callee.path}' is only a name here: nothing that is imported is called`, { code: 'UNSUPPORTED', hint: LANGUAGE })
    }
    throw new Fault(`a ${typeName(callee)} cannot be called`)
  }

  private nameArgument(named: Map<string, Value>, name: unknown, value: Value, place: Span): void {
    this.at = place
    if (typeof name !== 'string') throw new Fault("the keys behind '**' must be strings here")
    if (named.has(name)) throw new Fault(`the argument '${name}' is given twice`)
    named.set(name, value)
  }

  private attribute(object: Value, name: string): Value {
    if (object instanceof PyClass) return new PyClass(`${object.path}.${name}`)
    if (object instanceof PyModule) {
      const member = object.members.get(name)
      if (member !== undefined) return member
      throw new Fault(`'${object.name}.${name}' does not exist here`, {
        code: 'UNSUPPORTED',
        nearest: suggest(name, [...object.members.keys()]),
        hint: `Of ${object.name} there is ${[...object.members.keys()].join(', ')}.`,
      })
    }
    const method = methodOf(object, name, this.budget)
    if (method !== undefined) return method
    if (object instanceof PyDict && object.isConfig) {
      const entry = object.get(name)
      if (entry !== undefined) return entry
      throw new Fault(`there is no key '${name}'`, {
        nearest: suggest(
          name,
          [...object.entries.keys()].filter((key) => typeof key === 'string'),
        ),
        hint: keysHint(object),
      })
    }
    if (object instanceof PyDict && object.get(name) !== undefined) {
      throw new Fault(`a dict has no attributes`, { hint: `Write ['${name}']; only what comes from a base has its keys as attributes.` })
    }
    throw new Fault(`a ${typeName(object)} has no attribute '${name}' here`, { hint: LANGUAGE })
  }

  /** A text with the file's and the environment's placeholders filled in. Those for bases wait until the bases are merged. */
  private filled(text: string): string {
    if (!text.includes('{{')) return text
    const context = { file: this.surroundings.file, environment: this.surroundings.environment, base: undefined }
    return String(fillPlaceholders(text, context))
  }

  private variable(placeholder: string): Value {
    const context = { file: this.surroundings.file, environment: this.surroundings.environment, base: undefined }
    return fromConfig(fillPlaceholders(placeholder, context), placeholder)
  }

  private baseValue(keys: readonly string[]): Value {
    if (this.surroundings.base === undefined) throw new Fault('there is no _base_ here')
    let value: Value = this.surroundings.base
    for (const key of keys) {
      if (!(value instanceof PyDict)) throw new Fault(`'${key}' is asked of a ${typeName(value)}, which has no keys`)
      value = entryOf(value, key)
    }
    this.budget.copyOf(value)
    return deepCopy(value)
  }

  private loopThrough(clauses: readonly Clause[], index: number, visit: () => void): void {
    const clause = clauses[index]
    if (clause === undefined) {
      visit()
      return
    }
    const source = this.evaluate(clause.iterable)
    for (const item of this.perform(clause.iterable, itemsOf, source, this.budget)) {
      this.budget.step()
      this.bindTarget(clause.target, item)
      if (clause.conditions.every((condition) => isTrue(this.evaluate(condition)))) this.loopThrough(clauses, index + 1, visit)
    }
  }

  private bindTarget(target: Expression, value: Value): void {
    if (target.kind === 'name') this.bind(target.name, value)
    else if (target.kind === 'tuple' || target.kind === 'list')
      this.unpack(target.items, value, target, (part, each) => this.bindTarget(part, each))
    else {
      this.at = target
      throw new Fault('a comprehension binds names only')
    }
  }
}
