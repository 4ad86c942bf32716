type HostEvent =
  | { readonly kind: 'numbers'; readonly refresh: () => void }
  | { readonly kind: 'guard'; readonly read: () => unknown; readonly expected: unknown }
  | { readonly kind: 'effect'; readonly apply: () => void; readonly undo: () => void }

/** What a step did on the host, in order, to be done again before each later run of its recording. */
export class HostRecord {
  private readonly events: HostEvent[] = []

  /** @param refresh reads numbers anew, into the table that is fed */
  numbers(refresh: () => void): void {
    this.events.push({ kind: 'numbers', refresh })
  }

  guard(read: () => unknown, expected: unknown): void {
    this.events.push({ kind: 'guard', read, expected })
  }

  effect(apply: () => void, undo: () => void): void {
    this.events.push({ kind: 'effect', apply, undo })
  }

  /** @returns false, with everything taken back, when a guard reads otherwise than it was recorded; takes back as well what throws */
  replay(): boolean {
    let done = 0
    let fits = false
    try {
      fits = this.events.every((event) => {
        const goesOn = again(event)
        done++
        return goesOn
      })
    } finally {
      if (!fits) this.undo(done)
    }
    return fits
  }

  /** Takes back what the first `count` events did, last first. */
  undo(count = this.events.length): void {
    for (const event of this.events.slice(0, count).toReversed()) if (event.kind === 'effect') event.undo()
  }
}

/** @returns false for a guard that reads otherwise than it was recorded */
function again(event: HostEvent): boolean {
  if (event.kind === 'guard') return Object.is(event.read(), event.expected)
  if (event.kind === 'numbers') event.refresh()
  else event.apply()
  return true
}
