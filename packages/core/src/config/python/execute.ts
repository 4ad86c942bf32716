import { Fault } from './fault.js'
import type { Interpreter } from './interpreter.js'
import { binary } from './operators.js'
import { assignItem, assignSlice, deleteItem, deleteSlice, itemsOf, setEntry } from './sequences.js'
import type { Expression, FromImport, Statement } from './syntax.js'
import { isTrue, PyDict, PyList, PySet, typeName, type Value } from './values.js'

/** What an import means is another matter for each of MMEngine's two styles. */
export interface Importer {
  importModules(statement: Extract<Statement, { kind: 'import' }>): void
  importNames(statement: FromImport): void
}

type Signal = 'break' | 'continue' | undefined

/** Executes statements in order. */
export function execute(statements: readonly Statement[], interpreter: Interpreter, importer: Importer): Signal {
  for (const statement of statements) {
    interpreter.budget.step()
    const signal = executeOne(statement, interpreter, importer)
    if (signal !== undefined) return signal
  }
  return undefined
}

function executeOne(statement: Statement, interpreter: Interpreter, importer: Importer): Signal {
  switch (statement.kind) {
    case 'assign': {
      // The bases are read before anything else runs.
      if (isBaseAssignment(statement)) return undefined
      const value = interpreter.evaluate(statement.value)
      for (const target of statement.targets) assign(target, value, interpreter)
      return undefined
    }
    case 'augment':
      augment(statement.target, statement.operator, statement.value, interpreter)
      return undefined
    case 'expression':
      interpreter.evaluate(statement.value)
      return undefined
    case 'if': {
      const branch = statement.branches.find(({ test }) => isTrue(interpreter.evaluate(test)))
      return execute(branch?.body ?? statement.otherwise, interpreter, importer)
    }
    case 'for':
      return loop(statement, interpreter, importer)
    case 'delete':
      for (const target of statement.targets) remove(target, interpreter)
      return undefined
    case 'import':
      interpreter.at = statement
      importer.importModules(statement)
      return undefined
    case 'fromImport':
      interpreter.at = statement
      importer.importNames(statement)
      return undefined
    case 'readBase':
    case 'pass':
      return undefined
    case 'break':
    case 'continue':
      return statement.kind
  }
}

/** `_base_ = …`, at any depth: MMEngine takes it out of the file. */
export function isBaseAssignment(statement: Statement): boolean {
  const target = statement.kind === 'assign' ? statement.targets[0] : undefined
  return target?.kind === 'name' && target.name === '_base_'
}

function loop(statement: Extract<Statement, { kind: 'for' }>, interpreter: Interpreter, importer: Importer): Signal {
  const source = interpreter.evaluate(statement.iterable)
  interpreter.at = statement.iterable
  const items = itemsOf(source, interpreter.budget)
  // A list may grow while it is gone through.
  for (let index = 0; index < (source instanceof PyList ? source.items : items).length; index++) {
    interpreter.budget.step()
    assign(statement.target, (source instanceof PyList ? source.items : items)[index] ?? null, interpreter)
    if (execute(statement.body, interpreter, importer) === 'break') return undefined
  }
  return execute(statement.otherwise, interpreter, importer)
}

function assign(target: Expression, value: Value, interpreter: Interpreter): void {
  switch (target.kind) {
    case 'name':
      interpreter.globals.set(target.name, value)
      return
    case 'attribute': {
      const object = interpreter.evaluate(target.object)
      interpreter.at = target
      setAttribute(object, target.name, value, interpreter)
      return
    }
    case 'subscript': {
      const object = interpreter.evaluate(target.object)
      if (target.index.kind === 'slice')
        interpreter.perform(target, assignSlice, object, interpreter.bounds(target.index), value, interpreter.budget)
      else interpreter.perform(target, assignItem, object, interpreter.evaluate(target.index), value, interpreter.budget)
      return
    }
    case 'tuple':
    case 'list':
      interpreter.unpack(target.items, value, target, (part, each) => assign(part, each, interpreter))
      return
  }
  interpreter.at = target
  throw new Fault('nothing can be assigned to this')
}

function setAttribute(object: Value, name: string, value: Value, interpreter: Interpreter): void {
  if (object instanceof PyDict && object.isConfig) setEntry(object, name, value, interpreter.budget)
  else
    throw new Fault(`attributes of a ${typeName(object)} cannot be set`, object instanceof PyDict ? { hint: `Write ['${name}'] = ….` } : {})
}

function augment(target: Expression, operator: string, operand: Expression, interpreter: Interpreter): void {
  const current = interpreter.evaluate(target)
  const value = interpreter.evaluate(operand)
  interpreter.at = target
  // In place, so that whoever else holds the list, dict or set sees it.
  if (current instanceof PyList && operator === '+') {
    const more = itemsOf(value, interpreter.budget)
    interpreter.budget.items(more.length)
    current.items = [...current.items, ...more]
    interpreter.budget.step(current.items.length >> 4)
  } else if (current instanceof PyDict && value instanceof PyDict && operator === '|') {
    interpreter.budget.items(value.entries.size)
    for (const [key, each] of [...value.entries]) setEntry(current, key, each, interpreter.budget)
  } else if (current instanceof PySet && value instanceof PySet && operator === '|') {
    interpreter.budget.items(value.items.size)
    for (const [key, each] of [...value.items]) current.items.set(key, each)
  } else {
    assign(target, binary(operator, current, value, interpreter.budget), interpreter)
    return
  }
  assign(target, current, interpreter)
}

function remove(target: Expression, interpreter: Interpreter): void {
  if (target.kind === 'tuple' || target.kind === 'list') {
    for (const { value } of target.items) remove(value, interpreter)
    return
  }
  if (target.kind === 'name') {
    interpreter.at = target
    if (!interpreter.globals.delete(target.name)) throw new Fault(`the name '${target.name}' is not defined`)
    return
  }
  if (target.kind === 'subscript') {
    const object = interpreter.evaluate(target.object)
    if (target.index.kind === 'slice')
      interpreter.perform(target, deleteSlice, object, interpreter.bounds(target.index), interpreter.budget)
    else interpreter.perform(target, deleteItem, object, interpreter.evaluate(target.index), interpreter.budget)
    return
  }
  const object = target.kind === 'attribute' ? interpreter.evaluate(target.object) : null
  interpreter.at = target
  if (target.kind !== 'attribute' || !(object instanceof PyDict) || !object.isConfig) throw new Fault('this cannot be deleted')
  deleteItem(object, target.name, interpreter.budget)
}
