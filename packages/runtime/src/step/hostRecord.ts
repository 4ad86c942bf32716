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

  /** @returns false, with everything taken back, when a guard reads otherwise than it was recorded */
  replay(): boolean {
    const { events } = this
    for (let index = 0; index < events.length; index++) {
      const event = events[index]
      if (event === undefined) continue
      if (event.kind === 'numbers') event.refresh()
      else if (event.kind === 'effect') event.apply()
      else if (!Object.is(event.read(), event.expected)) {
        this.undo(index)
        return false
      }
    }
    return true
  }

  /** Takes back what the first `count` events did, last first. */
  undo(count = this.events.length): void {
    for (const event of this.events.slice(0, count).toReversed()) if (event.kind === 'effect') event.undo()
  }
}
