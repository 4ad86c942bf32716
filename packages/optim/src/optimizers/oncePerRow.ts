interface Node<T> {
  readonly next: Map<unknown, Node<T>>
  made: { readonly value: T } | undefined
}

/** What is made of a row of values, made once for rows with the same values in the same order. Same by identity: two arrays never are. */
export class OncePerRow<T> {
  private readonly root: Node<T> = { next: new Map(), made: undefined }

  of(row: readonly unknown[], make: () => T): T {
    let node = this.root
    for (const value of row) {
      let next = node.next.get(value)
      if (next === undefined) {
        next = { next: new Map(), made: undefined }
        node.next.set(value, next)
      }
      node = next
    }
    node.made ??= { value: make() }
    return node.made.value
  }
}
