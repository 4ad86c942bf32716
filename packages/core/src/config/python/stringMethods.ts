import { define, int, text, variadic } from './arguments.js'
import type { Budget } from './budget.js'
import { Fault } from './fault.js'
import { entryOf, itemAt, itemsOf } from './sequences.js'
import { formatValue, reprOf, textOf } from './text.js'
import { type CallArguments, PyDict, PyFunction, PyList, PyTuple, type Value } from './values.js'

/** The method of a text by its name; undefined where recipes have none. */
export function stringMethod(self: string, name: string, budget: Budget): PyFunction | undefined {
  budget.step(self.length >> 4)
  const spend = (result: string): string => {
    budget.characters(result.length)
    return result
  }
  switch (name) {
    case 'format':
      return new PyFunction('format', (args) => spend(formatTemplate(self, args, budget)))
    case 'join':
      return define('join', ['items'], (items = null) => {
        const parts = itemsOf(items, budget).map((item) => text(item, 'join'))
        budget.characters(parts.reduce((sum, part) => sum + part.length + self.length, 0))
        return parts.join(self)
      })
    case 'split':
      return define('split', ['sep?', 'maxsplit?'], (separator = null, limit = -1n) => {
        const parts = split(self, separator, Number(int(limit, 'split')))
        budget.items(parts.length)
        return new PyList(spendAll(parts, budget))
      })
    case 'replace':
      return define('replace', ['old', 'new'], (from, to) => {
        const parts = self.split(text(from, 'replace'))
        const by = text(to, 'replace')
        budget.characters(self.length + by.length * parts.length)
        return text(from, 'replace') === '' ? by + [...self].map((character) => character + by).join('') : parts.join(by)
      })
    case 'lower':
      return define(name, [], () => spend(self.toLowerCase()))
    case 'upper':
      return define(name, [], () => spend(self.toUpperCase()))
    case 'title':
      return define(name, [], () => spend(self.toLowerCase().replace(/\p{L}+/gu, (word) => (word[0] ?? '').toUpperCase() + word.slice(1))))
    case 'capitalize':
      return define(name, [], () => spend((self[0] ?? '').toUpperCase() + self.slice(1).toLowerCase()))
    case 'strip':
    case 'lstrip':
    case 'rstrip':
      return define(name, ['characters?'], (characters = null) => spend(strip(self, characters, name)))
    case 'startswith':
    case 'endswith':
      return define(name, ['prefix'], (prefix = null) => {
        const options = prefix instanceof PyTuple ? prefix.items : [prefix]
        return options.some((option) => (name === 'startswith' ? self.startsWith(text(option, name)) : self.endsWith(text(option, name))))
      })
    case 'find':
      return define(name, ['part'], (part) => BigInt(self.indexOf(text(part, name))))
    case 'count':
      return define(name, ['part'], (part) => BigInt(self.split(text(part, name)).length - 1))
    case 'zfill':
      return define(name, ['width'], (width) => {
        const missing = Math.max(0, Number(int(width, name)) - self.length)
        budget.characters(missing + self.length)
        return self.replace(/^[-+]?/, (sign) => sign + '0'.repeat(missing))
      })
    case 'removeprefix':
      return define(name, ['prefix'], (prefix) => (self.startsWith(text(prefix, name)) ? self.slice(text(prefix, name).length) : self))
    case 'removesuffix':
      return define(name, ['suffix'], (suffix) => {
        const end = text(suffix, name)
        return end !== '' && self.endsWith(end) ? self.slice(0, -end.length) : self
      })
    case 'isdigit':
      return define(name, [], () => /^\p{Nd}+$/u.test(self))
  }
  return name === 'encode' ? variadic(name, () => refuseBytes()) : undefined
}

function refuseBytes(): never {
  throw new Fault('bytes are no config value', { code: 'UNSUPPORTED' })
}

function spendAll(parts: readonly string[], budget: Budget): string[] {
  budget.characters(parts.reduce((sum, part) => sum + part.length, 0))
  return [...parts]
}

function split(self: string, separator: Value, limit: number): string[] {
  if (separator === null) {
    const words = self
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
    if (limit < 0 || words.length <= limit) return words
    throw new Fault('split() with a limit needs a separator here', { code: 'UNSUPPORTED' })
  }
  const by = text(separator, 'split')
  if (by === '') throw new Fault('split() by an empty str')
  const parts = self.split(by)
  return limit < 0 || parts.length <= limit ? parts : [...parts.slice(0, limit), parts.slice(limit).join(by)]
}

function strip(self: string, characters: Value, name: string): string {
  const set = characters === null ? undefined : new Set(text(characters, name))
  const drops = (character: string): boolean => (set === undefined ? /\s/.test(character) : set.has(character))
  const all = [...self]
  let start = 0
  let end = all.length
  if (name !== 'rstrip') while (start < end && drops(all[start] ?? '')) start++
  if (name !== 'lstrip') while (end > start && drops(all[end - 1] ?? '')) end--
  return all.slice(start, end).join('')
}

/** `'{} {name!r:>8}'.format(…)`: fields by position or name, with keys and attributes of dicts behind them. */
function formatTemplate(template: string, { positional, named }: CallArguments, budget: Budget): string {
  let next = 0
  const field = (expression: string): Value => {
    const match = /^([^.[\]]*)((?:\.\w+|\[[^\]]*\])*)$/.exec(expression)
    if (match === null) throw new Fault(`'{${expression}}' is no field of a format`)
    const [, head = '', path = ''] = match
    const index = head === '' ? next++ : /^\d+$/.test(head) ? Number(head) : undefined
    let value = index === undefined ? named.get(head) : positional[index]
    if (value === undefined) throw new Fault(`format() has no value for '{${expression}}'`)
    for (const [, attribute, key] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
      if (attribute !== undefined) {
        if (!(value instanceof PyDict) || !value.isConfig)
          throw new Fault(`'{${expression}}' asks for an attribute of a value that has none`)
        value = entryOf(value, attribute)
      } else value = /^\d+$/.test(key ?? '') ? itemAt(value, BigInt(key ?? '0'), budget) : itemAt(value, key ?? '', budget)
    }
    return value
  }
  const fill = (text: string, depth: number): string => {
    if (depth > 2) throw new Fault('a format nested in a format nested in a format')
    return text.replace(/\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g, (whole, body: string | undefined) => {
      budget.step()
      if (whole === '{{' || whole === '}}') return whole.charAt(0)
      if (body === undefined)
        throw new Fault(`a single '${whole}' in a format`, { hint: `Write '${whole}${whole}' for the character itself.` })
      const parts = /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(body)
      if (parts === null) throw new Fault(`'{${body}}' is no field of a format`)
      const [, expression = '', conversion, spec = ''] = parts
      const value = field(expression)
      const shown = conversion === 'r' || conversion === 'a' ? reprOf(value, budget) : conversion === 's' ? textOf(value, budget) : value
      const result = formatValue(shown, spec.includes('{') ? fill(spec, depth + 1) : spec, budget)
      budget.characters(result.length)
      return result
    })
  }
  return fill(template, 0)
}
