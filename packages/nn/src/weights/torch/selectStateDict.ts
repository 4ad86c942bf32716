import { PickleError } from '../pickle/pickleError.js'
import { PyDict, PyRecord, type PyValue } from '../pickle/pyValue.js'
import { kindOf } from '../pickle/unpickle.js'
import { RefusedTensor, TorchTensor } from './torchGlobals.js'

/** Where trainers keep the weights: MMEngine and Lightning, timm and MAE, DeepSpeed, plain PyTorch loops. */
const USUAL_KEYS = ['state_dict', 'model', 'module', 'model_state_dict', 'state_dict_ema', 'model_ema', 'teacher']

export interface SelectedState {
  readonly tensors: ReadonlyMap<string, TorchTensor>
  readonly refused: ReadonlyMap<string, string>
}

/**
 * The state dict of a checkpoint: under `key`, under one of the usual keys, or the checkpoint itself.
 * @throws PickleError when there is none, naming what there is
 */
export function selectStateDict(root: PyValue, key?: string): SelectedState {
  if (root instanceof TorchTensor) throw new PickleError('it holds one tensor, no state dict')
  if (root instanceof PyRecord)
    throw new PickleError(`it holds ${kindOf(root)}, a whole object instead of a state dict; save model.state_dict() instead`)
  if (!(root instanceof PyDict)) throw new PickleError(`it holds ${kindOf(root)}, no state dict`)
  const known = key === undefined ? USUAL_KEYS : [key]
  for (const candidate of known) {
    const found = root.get(candidate)
    if (found instanceof PyDict && (key !== undefined || holdsTensors(found))) return stateOf(found)
    if (key === undefined && candidate === 'state_dict' && found instanceof PyDict) return stateOf(found)
  }
  if (key === undefined && holdsTensors(root)) return stateOf(root)
  const names = [...root]
    .slice(0, 12)
    .map(([name, value]) => `${String(typeof name === 'object' ? kindOf(name) : name)} (${kindOf(value)})`)
  throw new PickleError(
    `${key === undefined ? 'no state dict' : `no state dict '${key}'`} in it; it holds ${names.length === 0 ? 'nothing' : names.join(', ').slice(0, 300)}`,
  )
}

function holdsTensors(dict: PyDict): boolean {
  for (const [, value] of dict) if (value instanceof TorchTensor || value instanceof RefusedTensor) return true
  return false
}

function stateOf(dict: PyDict): SelectedState {
  const tensors = new Map<string, TorchTensor>()
  const refused = new Map<string, string>()
  for (const [key, value] of dict) {
    const name = typeof key === 'string' ? key : `(${typeof key === 'object' ? kindOf(key) : String(key)})`
    if (value instanceof TorchTensor && typeof key === 'string') tensors.set(name, value)
    else refused.set(name, value instanceof RefusedTensor ? value.reason : kindOf(value))
  }
  return { tensors, refused }
}
