import { tf } from '../tf.js'

/** An attribute of a TensorFlow op, as the addon takes it. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** The part of tfjs-node's backend that we call directly: any TensorFlow op by its name. */
export interface NativeBackend {
  /** Numbers of TensorFlow's enumerations: TF_FLOAT, TF_INT32, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_BOOL, … */
  readonly binding: Readonly<Record<string, unknown>>
  executeSingleOutput(op: string, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor
}

/** The active backend, if it is the native one. */
export function nativeBackend(): NativeBackend | undefined {
  const backend: object = tf.backend()
  return isNative(backend) ? backend : undefined
}

function isNative(backend: object): backend is NativeBackend {
  return 'executeSingleOutput' in backend && typeof backend.executeSingleOutput === 'function' && 'binding' in backend
}

/** A `type` attribute such as `dtype: TF_FLOAT`. */
export function typeAttribute(backend: NativeBackend, name: string, dtype: 'TF_FLOAT' | 'TF_INT32'): OpAttribute {
  return { name, type: Number(backend.binding['TF_ATTR_TYPE']), value: backend.binding[dtype] }
}
