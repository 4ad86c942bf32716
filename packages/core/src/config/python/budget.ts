import { Fault } from './fault.js'
import { PyDict, PyList, PySet, PyTuple, type Value } from './values.js'

/** What one load may use, its bases included. MMPreTrain's largest recipe takes 4,000 steps and 3,000 items. */
export const LIMITS = {
  /** Expressions evaluated and items visited. */
  steps: 1_000_000,
  /** Items and entries made, over all lists, tuples, dicts and sets. */
  items: 500_000,
  /** Characters of text made. */
  characters: 10_000_000,
  /** Bits of an integer. */
  bits: 4096,
  /** Files read, bases included. */
  files: 500,
  /** Levels of nested values. */
  depth: 200,
} as const

/** Counts what a load has used so far, and ends it with an error instead of a hang or an exhausted memory. */
export class Budget {
  private stepsLeft: number = LIMITS.steps
  private itemsLeft: number = LIMITS.items
  private charactersLeft: number = LIMITS.characters
  private filesLeft: number = LIMITS.files

  step(count = 1): void {
    this.stepsLeft -= count
    if (this.stepsLeft < 0) throw exceeded(`takes more than ${LIMITS.steps} steps`)
  }

  items(count: number): void {
    this.itemsLeft -= count
    if (this.itemsLeft < 0) throw exceeded(`makes more than ${LIMITS.items} list items`)
  }

  characters(count: number): void {
    this.charactersLeft -= count
    if (this.charactersLeft < 0) throw exceeded(`makes more than ${LIMITS.characters} characters of text`)
  }

  file(): void {
    this.filesLeft--
    if (this.filesLeft < 0) throw exceeded(`reads more than ${LIMITS.files} files`)
  }

  /** Accounts for a copy of a value, however deep, and refuses one that contains itself or is too deep. */
  copyOf(value: Value, depth = 0): void {
    if (!(value instanceof PyList || value instanceof PyTuple || value instanceof PyDict || value instanceof PySet)) return
    if (depth > LIMITS.depth) throw exceeded(`nests values more than ${LIMITS.depth} deep, or one contains itself`)
    if (value instanceof PySet) {
      this.items(value.items.size)
      return
    }
    const children = value instanceof PyDict ? value.entries.values() : value.items
    for (const child of children) {
      this.items(1)
      this.copyOf(child, depth + 1)
    }
  }
}

function exceeded(what: string): Fault {
  return new Fault(`the config ${what}`, {
    code: 'INVALID_CONFIG',
    hint: 'No recipe needs that much; is a loop or a repetition larger than meant?',
  })
}
