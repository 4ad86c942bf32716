import { Fault } from './fault.js'
import { type CallArguments, PyFunction, typeName, type Value } from './values.js'

/** A function with named parameters; a trailing `?` marks one that may be left out. */
export function define(name: string, parameters: readonly string[], run: (...values: (Value | undefined)[]) => Value): PyFunction {
  return new PyFunction(name, ({ positional, named }) => {
    if (positional.length > parameters.length)
      throw new Fault(`${name}() takes at most ${parameters.length} arguments, not ${positional.length}`)
    const values = parameters.map((parameter, index): Value | undefined => {
      const key = parameter.replace('?', '')
      const given = named.get(key)
      if (given !== undefined && index < positional.length) throw new Fault(`${name}() is given '${key}' twice`)
      const value = index < positional.length ? positional[index] : given
      if (value === undefined && !parameter.endsWith('?')) throw new Fault(`${name}() needs the argument '${key}'`)
      return value
    })
    for (const key of named.keys()) {
      if (!parameters.some((parameter) => parameter.replace('?', '') === key)) throw new Fault(`${name}() has no argument '${key}'`)
    }
    return run(...values)
  })
}

/** A function that takes any number of positional arguments, and none by name. */
export function variadic(name: string, run: (values: readonly Value[]) => Value): PyFunction {
  return new PyFunction(name, (args: CallArguments) => {
    const [unknown] = args.named.keys()
    if (unknown !== undefined) throw new Fault(`${name}() has no argument '${unknown}'`)
    return run(args.positional)
  })
}

export function text(value: Value | undefined, name: string): string {
  if (typeof value === 'string') return value
  throw new Fault(`${name}() takes a str, not ${value === undefined ? 'nothing' : `a ${typeName(value)}`}`)
}

export function int(value: Value | undefined, name: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  throw new Fault(`${name}() takes an int, not ${value === undefined ? 'nothing' : `a ${typeName(value)}`}`)
}
