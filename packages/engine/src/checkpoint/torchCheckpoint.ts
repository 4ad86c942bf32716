import { statSync } from 'node:fs'
import { TesseraError } from '@tessera/core'
import {
  loadWeightFile,
  type OptimStateDict,
  openWeightPlace,
  type ParamGroup,
  readTorchTree,
  type StateDict,
  stateDictOf,
  type TorchTree,
  TreeObject,
  TreeTensor,
  toFloat32,
} from '@tessera/nn'
import type { MessageHubState } from '../logging/messageHub.js'
import type { RunState } from '../run/runState.js'
import type { CheckpointContent } from './checkpointContent.js'

/** Facts that name MMEngine's own files, which are not ours to delete, or that a run says anew. */
const NOT_TAKEN_OVER = new Set(['cfg', 'last_ckpt', 'best_ckpt', 'keep_ckpt_ids'])
/** How PyTorch computes a step, not what. */
const IMPLEMENTATION = new Set(['params', 'foreach', 'capturable', 'differentiable', 'fused'])

/** Whether a place to resume from is a file, so MMEngine's, and not a folder of ours. */
export function isTorchCheckpoint(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true
}

/** Epochs, iterations and seed of MMEngine's checkpoint. */
export function readTorchMeta(place: string): { epoch: number; iter: number; seed: number | undefined; experiment_name: string } {
  const meta = readTorchTree(place, ['meta']).get('meta')
  if (!(meta instanceof Map)) throw refused(place, 'it has no meta: it holds weights, and no run to go on with')
  const seed = meta.get('seed')
  return {
    epoch: count(meta.get('epoch'), place, 'meta.epoch'),
    iter: count(meta.get('iter'), place, 'meta.iter'),
    seed: typeof seed === 'number' ? seed : undefined,
    experiment_name: String(meta.get('experiment_name') ?? ''),
  }
}

/**
 * A training checkpoint of MMEngine as one of ours: weights, average, optimizer (whose positions become the names of this run's groups),
 * schedulers, counters and message hub. Random streams are this run's own: MMEngine saves none.
 * Leaves the model with the checkpoint's weights.
 * @throws TesseraError CHECKPOINT_INVALID naming the file and what in it does not fit this config
 */
export function readTorchCheckpoint(run: RunState, place: string): CheckpointContent {
  const { epoch, iter, seed, experiment_name } = readTorchMeta(place)
  const { progress } = run
  const tree = readTorchTree(place, ['optimizer', 'param_schedulers', 'message_hub', 'ema_state_dict'])
  const ema = tree.has('ema_state_dict') ? averageOf(run, place) : undefined
  // With an average, MMEngine keeps it under state_dict and what is trained beside it.
  const model = weightsOf(run, place, ema === undefined ? 'state_dict' : 'ema_state_dict')
  const optimizer = optimizerOf(tree.get('optimizer'), run.training.optimWrapper?.paramGroups ?? [], iter, place)
  const param_schedulers = schedulersOf(tree.get('param_schedulers'), place)
  return {
    meta: {
      // A run by iterations counts none there.
      epoch: progress.byEpoch ? epoch : Math.floor(iter / Math.max(1, progress.epochLength)),
      iter,
      batch: progress.byEpoch ? Math.max(0, iter - epoch * progress.epochLength) : iter % Math.max(1, progress.epochLength),
      epoch_length: progress.epochLength,
      by_epoch: progress.byEpoch,
      seed: seed ?? run.seed,
      run_id: run.runId,
      experiment_name,
      saved_at: 0,
      versions: {},
      git: null,
      dataset_meta: undefined,
      config: null,
    },
    model,
    ...(ema && { ema }),
    ...(optimizer && { optimizer }),
    ...(param_schedulers && { param_schedulers }),
    message_hub: hubOf(tree.get('message_hub')),
  }
}

function weightsOf(run: RunState, place: string, key: string): StateDict {
  const file = openWeightPlace(place, { key })
  try {
    loadWeightFile(run.model, file, { need: 'complete' })
    return stateDictOf(run.model)
  } finally {
    file.close()
  }
}

function averageOf(run: RunState, place: string): { state: StateDict; steps: number } {
  const file = openWeightPlace(place, { key: 'ema_state_dict' })
  try {
    const steps = file.entries.has('steps') ? toFloat32(file.read('steps'))[0] : undefined
    return { state: weightsOf(run, place, 'state_dict'), steps: steps ?? 0 }
  } finally {
    file.close()
  }
}

/** PyTorch numbers parameters through all groups in their order; the state of a number becomes that of the parameter in its place. */
function optimizerOf(found: TorchTree, own: readonly ParamGroup[], iter: number, place: string): OptimStateDict | undefined {
  if (found === undefined || found === null) return undefined
  const [state, groups] = found instanceof Map ? [found.get('state'), found.get('param_groups')] : []
  if (!(found instanceof Map && state instanceof Map && Array.isArray(groups)))
    throw refused(place, 'its optimizer is not that of one OptimWrapper', 'optimizer')
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  const counts: Record<string, Record<string, number>> = { step: {} }
  const param_groups = groups.map((group: TorchTree, index) => {
    const where = `optimizer.param_groups[${index}]`
    const ids = group instanceof Map ? group.get('params') : undefined
    if (!(group instanceof Map && Array.isArray(ids))) throw refused(place, 'a parameter group without parameters', where)
    const names = own[index]?.params.map(({ name }) => name) ?? []
    const named = group.get('param_name')
    if (names.length !== ids.length || (typeof named === 'string' && named !== names[0])) {
      throw refused(place, 'this config groups the parameters in another way', where, {
        got: names.slice(0, 3).join(', ') || 'no such group',
        expected: typeof named === 'string' ? named : `${ids.length} parameters`,
      })
    }
    for (const [at, name] of names.entries()) takeState(name, state.get(ids[at]), iter, tensors, counts)
    return { ...optionsOf(group), params: names }
  })
  const base = found.get('base_param_settings')
  return {
    tensors,
    json: { state: counts, param_groups, ...(base instanceof Map && { base_param_settings: { ...optionsOf(base), params: [] } }) },
  }
}

function takeState(
  name: string,
  found: TorchTree,
  iter: number,
  tensors: Map<string, { shape: readonly number[]; data: Float32Array }>,
  counts: Record<string, Record<string, number>>,
): void {
  if (!(found instanceof Map)) return
  const note = (key: string, value: number): void => {
    const ofKey = counts[key] ?? {}
    ofKey[name] = value
    counts[key] = ofKey
  }
  // An optimizer that counts no steps (SGD) has made some.
  if (!found.has('step')) note('step', iter)
  for (const [key, value] of found) {
    if (value instanceof TreeTensor && value.shape.length === 0) note(String(key), value.data[0] ?? 0)
    else if (typeof value === 'number') note(String(key), value)
    else if (value instanceof TreeTensor) tensors.set(`${String(key)}.${name}`, value)
  }
}

function optionsOf(group: ReadonlyMap<unknown, TorchTree>): Record<string, unknown> {
  return Object.fromEntries(
    [...group].filter(([key]) => !IMPLEMENTATION.has(String(key))).map(([key, value]) => [String(key), plain(value)]),
  )
}

function schedulersOf(found: TorchTree, place: string): Record<string, unknown>[] | undefined {
  if (found === undefined || found === null) return undefined
  if (!Array.isArray(found)) throw refused(place, 'its schedulers are not those of one OptimWrapper', 'param_schedulers')
  return found.map((state: TorchTree, index) => {
    if (!(state instanceof Map)) throw refused(place, 'a scheduler without a state', `param_schedulers[${index}]`)
    return Object.fromEntries([...state].map(([key, value]) => [String(key), plain(value)]))
  })
}

/** Histories of the log's scalars, and the facts that are plain data. */
function hubOf(found: TorchTree): MessageHubState {
  const part = (key: string): [string, TorchTree][] => {
    const entries = found instanceof Map ? found.get(key) : undefined
    return entries instanceof Map ? [...entries].map(([name, value]) => [String(name), value]) : []
  }
  const scalars = part('log_scalars').flatMap(([name, buffer]) => {
    const state = buffer instanceof TreeObject ? buffer.state : undefined
    const [values, counts] = state instanceof Map ? [state.get('_log_history'), state.get('_count_history')] : []
    return Array.isArray(values) && Array.isArray(counts)
      ? [[name, { values: values.map(Number), counts: counts.map(Number) }] as const]
      : []
  })
  const info = part('runtime_info').flatMap(([name, value]) => {
    const data = plain(value)
    return NOT_TAKEN_OVER.has(name) || data === undefined ? [] : [[name, data] as const]
  })
  return { scalars: Object.fromEntries(scalars), info: Object.fromEntries(info) }
}

/** As JSON has it; undefined for what it has not. */
function plain(tree: TorchTree): unknown {
  if (Array.isArray(tree)) return tree.map(plain)
  if (tree instanceof Map) return Object.fromEntries([...tree].map(([key, value]) => [String(key), plain(value)]))
  if (tree instanceof TreeTensor) return tree.shape.length === 0 ? tree.data[0] : undefined
  return tree instanceof TreeObject ? undefined : tree
}

function count(value: TorchTree, place: string, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw refused(place, 'a count is missing', where, { got: value })
}

function refused(place: string, what: string, where?: string, details: { got?: unknown; expected?: string } = {}): TesseraError {
  return new TesseraError('CHECKPOINT_INVALID', {
    what: `MMEngine’s checkpoint cannot be resumed: ${what}`,
    path: where === undefined ? place : `${place}: ${where}`,
    ...details,
    hint: 'Without resume, load_from takes its weights alone.',
  })
}
