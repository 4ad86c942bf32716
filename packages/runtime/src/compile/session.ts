import { TesseraError } from '@tessera/core'
import { collectGarbage } from './collectGarbage.js'
import type { Graph } from './graph.js'
import { type Binding, DT, dtypeNumber, type NativeInternals, type OutputInfo } from './nativeInternals.js'
import type { Recording } from './recorder.js'
import { savedModel, TAG } from './savedModel.js'
import { StateCell, type StateOwner } from './stateCell.js'
import { withSavedModel } from './temporaryFiles.js'

/** After so many steps of others that change its state, a session that does not run gives its outdated copies back. */
const IDLE_LIMIT = 8

/** State of so many bytes is worth a full collection when it is first loaded. */
const WORTH_COLLECTING = 16 * 2 ** 20

interface Names {
  readonly feeds: string
  readonly fetches: string
  /** Of each state. */
  readonly loads: readonly { readonly feed: string; readonly fetch: string }[]
  readonly reads: string
  readonly release: { readonly feeds: string; readonly fetches: string; readonly dtypes: readonly number[] } | undefined
}

export interface SessionFacts {
  readonly nodes: number
  /** Of the file that was loaded. */
  readonly bytes: number
  readonly states: number
}

/** To TensorFlow each choice of states to load is another graph to prepare: after so many all are loaded at once. */
const MOST_CHOICES = 6

/** All sessions that hold state, so that outdated copies are found. */
const SESSIONS = new Set<Session>()

/** A recorded step, loaded: it runs with its state inside. */
export class Session implements StateOwner {
  readonly facts: SessionFacts
  private readonly binding: Binding
  private readonly id: number
  private readonly names: Names
  private readonly cells: readonly StateCell[]
  private readonly cellSet: ReadonlySet<StateCell>
  private readonly writes: readonly StateCell[]
  private readonly writtenAt: readonly number[]
  private readonly versions: number[]
  private idle = 0
  private isLoaded = false
  /** Which states were loaded together. */
  private readonly choices = new Set<string>()

  constructor(native: NativeInternals, recording: Recording<unknown>) {
    this.binding = native.binding
    const { names, roots } = complete(recording)
    const nodes = recording.graph.reachable(roots)
    const bytes = savedModel(nodes)
    this.names = names
    this.facts = { nodes: nodes.length, bytes: bytes.length, states: recording.states.length }
    this.id = withSavedModel(bytes, (directory) => guarded('load', () => this.binding.loadSavedModel(`${directory}/`, TAG)))
    this.cells = recording.states.map(({ variable }) => StateCell.of(native, variable))
    this.cellSet = new Set(this.cells)
    this.writtenAt = recording.states.flatMap(({ next }, index) => (next === undefined ? [] : [index]))
    this.writes = this.writtenAt.flatMap((index) => this.cells[index] ?? [])
    this.versions = this.cells.map(() => -1)
    SESSIONS.add(this)
  }

  /** Whether all its variables still exist. */
  get isUsable(): boolean {
    return this.cells.every(({ variable }) => !variable.isDisposed)
  }

  /** One step. @param inputs ids of the inputs' tensors, then of the step's numbers. @returns the outputs, whose tensors are the caller's */
  run(inputs: readonly number[]): OutputInfo[] {
    const { cells, versions, writes, names } = this
    const stale: number[] = []
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]
      cell?.refresh()
      if (cell?.version !== versions[index]) stale.push(index)
    }
    if (stale.length > 0) this.load(stale)
    for (const cell of writes) cell.beforeWrite()
    const outputs = guarded('run', () => this.binding.runSavedModel(this.id, inputs, names.feeds, names.fetches))
    for (const [at, cell] of writes.entries()) {
      cell.written(this)
      versions[this.writtenAt[at] ?? 0] = cell.version
    }
    this.idle = 0
    if (SESSIONS.size > 1 && writes.length > 0) for (const other of SESSIONS) if (other !== this) other.outdate(writes)
    return outputs
  }

  /** Fetching shares memory: nothing is copied until it is read. */
  fetch(): void {
    const outputs = guarded('read', () => this.binding.runSavedModel(this.id, [], '', this.names.reads))
    for (const [index, { id }] of outputs.entries()) if (this.cells[index]?.offer(this, id) !== true) this.binding.deleteTensor(id)
  }

  dispose(): void {
    if (!SESSIONS.delete(this)) return
    for (const cell of this.cells) if (cell.owner === this) cell.settle()
    this.binding.deleteSavedModel(this.id)
  }

  /** What another session has changed since (gradients that are summed up), or somebody outside; a new session everything. */
  private load(stale: readonly number[]): void {
    const { cells, versions, names } = this
    const chosen = this.choose(stale)
    const handles = chosen.map((index) => cells[index]?.handle() ?? { id: -1, temporary: false })
    const ids = handles.map(({ id }) => id)
    const list = (key: 'feed' | 'fetch') => chosen.map((index) => names.loads[index]?.[key]).join(',')
    try {
      this.deleteAll(guarded('load', () => this.binding.runSavedModel(this.id, ids, list('feed'), list('fetch'))))
    } finally {
      for (const { id, temporary } of handles) if (temporary) this.binding.deleteTensor(id)
    }
    for (const index of chosen) {
      const cell = cells[index]
      if (cell === undefined) continue
      if (cell.owner === undefined) cell.belongTo(this)
      versions[index] = cell.version
    }
    // The values stand in the session now: the arrays that they came in would wait for V8.
    if (!this.isLoaded && bytesOf(cells) >= WORTH_COLLECTING) collectGarbage()
    this.isLoaded = true
  }

  private choose(stale: readonly number[]): readonly number[] {
    const choice = stale.join()
    if (!this.choices.has(choice) && this.choices.size >= MOST_CHOICES) return [...this.cells.keys()]
    this.choices.add(choice)
    return stale
  }

  /** Another session changed these. */
  private outdate(written: readonly StateCell[]): void {
    if (!this.isLoaded || ++this.idle < IDLE_LIMIT) return
    if (written.some((cell) => this.cellSet.has(cell))) this.release()
  }

  /** Gives the memory of its copies back. */
  private release(): void {
    const { release } = this.names
    if (release === undefined) return
    for (const cell of this.cells) if (cell.owner === this) cell.settle()
    const empty = release.dtypes.map((dtype) => this.binding.createTensor([0], dtype, dtype === 3 ? new Int32Array() : new Float32Array()))
    this.deleteAll(guarded('run', () => this.binding.runSavedModel(this.id, empty, release.feeds, release.fetches)))
    for (const id of empty) this.binding.deleteTensor(id)
    this.versions.fill(-1)
    this.isLoaded = false
  }

  private deleteAll(outputs: readonly OutputInfo[]): void {
    for (const { id } of outputs) this.binding.deleteTensor(id)
  }
}

/** Adds what runs the state: reading it, loading it, giving it back, and the order of a step's ends. */
function complete({ graph, inputs, numbers, states, outputs }: Recording<unknown>): { names: Names; roots: readonly string[] } {
  const withReads = states.map((state) => {
    const dtype = dtypeNumber(state.variable.dtype)
    const type = { dtype: { type: dtype } }
    return { ...state, dtype, type, now: state.read ?? graph.add('ReadVariableOp', [state.handle], type) }
  })
  const assigned = withReads.flatMap(({ handle, next, now, read, type }) => {
    if (next === undefined) return []
    // An assignment takes its value's memory over; that of an input belongs to the caller.
    const value = inputs.includes(next) ? graph.add('DeepCopy', [next], { T: { type: type.dtype.type } }) : next
    return [graph.add('AssignVariableOp', read === undefined ? [handle, value] : [handle, value, `^${now}`], type)]
  })
  const done =
    assigned.length === 0
      ? []
      : [
          graph.add(
            'NoOp',
            assigned.map((name) => `^${name}`),
          ),
        ]
  const fetches = outputs.length === 0 ? [graph.signal(done)] : outputs.map(({ ref, dtype }) => graph.identity(ref, dtype, done))
  const loads = withReads.map(({ variable, handle, dtype, type, isTransposed }) => {
    const placeholder = graph.placeholder(dtype, variable.shape)
    const value = isTransposed === true ? transposed(graph, placeholder, dtype) : placeholder
    return { feed: placeholder, fetch: graph.signal([graph.add('AssignVariableOp', [handle, value], type)]) }
  })
  const dtypes = [...new Set(withReads.map(({ dtype }) => dtype))].filter((dtype) => dtype === 1 || dtype === 3)
  const release = dtypes.map((dtype) => ({ dtype, placeholder: graph.placeholder(dtype, undefined) }))
  const releases = release.flatMap(({ dtype, placeholder }) =>
    withReads.flatMap((state) => (state.dtype === dtype ? [graph.add('AssignVariableOp', [state.handle, placeholder], state.type)] : [])),
  )
  const released = graph.signal(releases)
  const reads = withReads.map(({ now, dtype, isTransposed }) => (isTransposed === true ? transposed(graph, now, dtype) : now))
  const feeds = [...inputs, ...numbers.map(({ placeholder }) => placeholder)]
  return {
    names: {
      feeds: feeds.join(','),
      fetches: fetches.join(','),
      loads,
      reads: reads.join(','),
      release:
        release.length === 0 ? undefined : { feeds: release.map(({ placeholder }) => placeholder).join(','), fetches: released, dtypes },
    },
    roots: [...feeds, ...fetches, ...reads, ...loads.map(({ fetch }) => fetch), released],
  }
}

function transposed(graph: Graph, matrix: string, dtype: number): string {
  const order = graph.constant(DT.int32, [2], new Uint8Array(Int32Array.of(1, 0).buffer))
  return graph.add('Transpose', [matrix, order], { T: { type: dtype }, Tperm: { type: DT.int32 } })
}

function bytesOf(cells: readonly StateCell[]): number {
  return cells.reduce((sum, { variable }) => sum + 4 * variable.size, 0)
}

function guarded<T>(action: 'load' | 'run' | 'read', fn: () => T): T {
  try {
    return fn()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // The node's name begins with its module's.
    const node = /\{\{node ([^}]+)\}\}/.exec(message)?.[1]
    const memory = /OOM|RESOURCE_EXHAUSTED|out of memory|bad_alloc/i.test(message)
    throw new TesseraError('COMPILED_STEP', {
      what: `TensorFlow could not ${action} a compiled step (${message.split('\n', 1)[0]})`,
      path: node,
      hint: memory ? 'Try a smaller batch, or gradient accumulation.' : 'compile: false runs op by op.',
      cause: error,
    })
  }
}
