import { type Parameter, type ParamGroup, sizeOf } from '@tessera/nn'

/** A parameter's place in an execution group. */
export interface Member {
  readonly parameter: Parameter
  readonly group: ParamGroup
  /** Where its elements begin in the flat tensors. */
  readonly offset: number
  readonly size: number
}

/** Parameters that are updated together, by one set of operations on flat tensors; alone, a parameter keeps its shape. */
export interface ExecutionGroup {
  readonly members: readonly Member[]
  readonly size: number
}

export interface PackingLimits {
  /** Elements from which on a parameter stays alone: copying it into a flat tensor would cost more than operations of its own. */
  readonly alone: number
  /** Elements at which a flat tensor is full, so that intermediate results stay in the processor's caches. */
  readonly pack: number
}

/**
 * By eager AdamW updates of ViT-S with tfjs-node (bench/optim/README.md): little between this and each parameter alone, but packing the
 * large ones too takes a quarter longer. Not measured inside a recorded step.
 */
export const PACKING: PackingLimits = { alone: 1 << 14, pack: 1 << 19 }

/** For rules that need whole parameters. */
export const NO_PACKING: PackingLimits = { alone: 0, pack: 0 }

/**
 * Packs parameters, however many groups they are in: small ones whose groups have the same key share a flat tensor.
 * @param keyOf what must be equal in groups that are updated together
 */
export function planExecutionGroups(
  groups: readonly ParamGroup[],
  keyOf: (group: ParamGroup) => string,
  limits: PackingLimits,
): ExecutionGroup[] {
  const planned: { members: Member[]; size: number }[] = []
  const open = new Map<string, { members: Member[]; size: number }>()
  for (const group of groups) {
    const key = keyOf(group)
    for (const parameter of group.params) {
      const size = sizeOf(parameter.shape)
      const pack = size < limits.alone ? open.get(key) : undefined
      if (pack !== undefined && pack.size + size <= limits.pack) {
        pack.members.push({ parameter, group, offset: pack.size, size })
        pack.size += size
        continue
      }
      const fresh = { members: [{ parameter, group, offset: 0, size }], size }
      planned.push(fresh)
      if (size < limits.alone) open.set(key, fresh)
    }
  }
  return planned.map(({ members, size }) => ({ members: sorted(members), size }))
}

/** Members with equal rates next to each other: a number is spread over each such run at once. */
function sorted(members: readonly Member[]): Member[] {
  let offset = 0
  return members
    .toSorted((a, b) => (a.group.weight_decay ?? 0) - (b.group.weight_decay ?? 0) || a.group.lr - b.group.lr)
    .map((member) => {
      const placed = { ...member, offset }
      offset += member.size
      return placed
    })
}

/** Neighbours among the members that are to be updated: each run is one slice of the flat tensors. */
export function runsOf(members: readonly Member[], present: (member: Member) => boolean): Member[][] {
  const runs: Member[][] = []
  let open: Member[] | undefined
  for (const member of members) {
    if (!present(member)) open = undefined
    else if (open === undefined) {
      open = [member]
      runs.push(open)
    } else open.push(member)
  }
  return runs
}
