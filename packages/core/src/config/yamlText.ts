import { bareForm, PLACEHOLDER } from './placeholders.js'

export interface MaskedText {
  readonly masked: string
  /** @param alone whether the text is a whole plain value, not one in quotes */
  readonly unmask: (text: string, alone?: boolean) => string
}

/**
 * YAML text in which every placeholder is one plain word: `lr: {{_base_.lr}}` would otherwise be a mapping in a mapping.
 * `unmask` puts the placeholders back into what was parsed.
 */
export function maskPlaceholders(text: string): MaskedText {
  if (!text.includes('{{')) return { masked: text, unmask: (parsed) => parsed }
  let word = 'placeholder'
  while (text.includes(word)) word += '0'
  const placeholders: string[] = []
  const masked = text.replace(PLACEHOLDER, (placeholder) => `${word}n${placeholders.push(placeholder) - 1}n`)
  const mask = new RegExp(`${word}n(\\d+)n`, 'g')
  const original = (index: string): string => placeholders[Number(index)] ?? ''
  return {
    masked,
    unmask: (parsed, alone = false) => {
      const only = alone ? new RegExp(`^${mask.source}$`).exec(parsed) : null
      return only === null ? parsed.replace(mask, (_, index: string) => original(index)) : bareForm(original(only[1] ?? ''))
    },
  }
}
