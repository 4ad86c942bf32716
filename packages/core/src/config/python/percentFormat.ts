import type { Budget } from './budget.js'
import { Fault, unsupported } from './fault.js'
import { formatValue, reprOf, textOf } from './text.js'
import { keyOf, PyDict, PyTuple, type Value } from './values.js'

/** `'epoch_%d' % 3`, `'%s_%s' % (a, b)`, `'%(name)s' % {…}`. */
export function formatPercent(template: string, given: Value, budget: Budget): string {
  const values = given instanceof PyTuple ? given.items : [given]
  let next = 0
  const text = template.replace(
    /%(?:\((.*?)\))?([-+ 0#]*)(\d{0,6})(?:\.(\d{1,3}))?([a-zA-Z%]|$)/g,
    (whole, name, flags, width, precision, kind) => {
      if (kind === '%') return '%'
      const value = name === undefined ? values[next++] : given instanceof PyDict ? given.get(keyOf(name)) : undefined
      if (value === undefined)
        throw new Fault(name === undefined ? 'there are fewer values than the format asks for' : `the format asks for the key '${name}'`)
      const align = flags.includes('-') ? '<' : flags.includes('0') && kind !== 's' && kind !== 'r' ? '=' : '>'
      const fill = flags.includes('0') && align === '=' ? '0' : ' '
      const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
      const layout = `${fill}${align}`
      const digits = precision === undefined ? '' : `.${precision}`
      switch (kind) {
        case 's':
          return formatValue(textOf(value, budget), `${layout}${width}${digits}`, budget)
        case 'r':
          return formatValue(reprOf(value, budget), `${layout}${width}${digits}`, budget)
        case 'd':
        case 'i':
          return formatValue(
            typeof value === 'number' ? BigInt(Math.trunc(value)) : typeof value === 'boolean' ? BigInt(value) : value,
            `${layout}${sign}${width}d`,
            budget,
          )
        case 'f':
        case 'e':
        case 'g':
          return formatValue(typeof value === 'boolean' ? BigInt(value) : value, `${layout}${sign}${width}${digits}${kind}`, budget)
      }
      throw unsupported(`the format '${whole}' is not known here`, 'Known are %s, %r, %d, %f, %e and %g.')
    },
  )
  if (next < values.length && !(given instanceof PyDict)) throw new Fault('there are more values than the format asks for')
  return text
}
