import { bareForm, PLACEHOLDER } from './placeholders.js'

/** JSON text with bare placeholders (`"lr": {{_base_.lr}}`, as MMEngine's users write them) made strings, so that it is JSON. */
export function quotePlaceholders(text: string): string {
  if (!text.includes('{{')) return text
  let quoted = ''
  let end = 0
  for (const string of [...jsonStrings(text), { start: text.length, end: text.length }]) {
    quoted += text.slice(end, string.start).replace(PLACEHOLDER, (placeholder) => JSON.stringify(bareForm(placeholder)))
    quoted += text.slice(string.start, string.end)
    end = string.end
  }
  return quoted
}

/** The first key that stands twice in one object, in text that is valid JSON; `JSON.parse` would keep the last in silence. */
export function duplicateJsonKey(text: string): { key: string; position: number } | undefined {
  const open: (Set<string> | undefined)[] = []
  let end = 0
  for (const string of jsonStrings(text)) {
    for (const character of text.slice(end, string.start)) {
      if (character === '{') open.push(new Set())
      else if (character === '[') open.push(undefined)
      else if (character === '}' || character === ']') open.pop()
    }
    end = string.end
    const keys = open.at(-1)
    if (keys === undefined || !isKey(text, end)) continue
    const key: string = JSON.parse(text.slice(string.start, end))
    if (keys.has(key)) return { key, position: string.start }
    keys.add(key)
  }
  return undefined
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Where the string literals stand, quotes included; one that never ends takes the rest. */
function* jsonStrings(text: string): Generator<Span> {
  let start = text.indexOf('"')
  while (start !== -1) {
    let end = start + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    end = Math.min(end + 1, text.length)
    yield { start, end }
    start = text.indexOf('"', end)
  }
}

/** Whether a colon follows. */
function isKey(text: string, end: number): boolean {
  let next = end
  while (next < text.length && ' \t\r\n'.includes(text.charAt(next))) next++
  return text[next] === ':'
}
