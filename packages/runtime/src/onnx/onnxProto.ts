import { ProtoWriter } from '../protoWriter.js'

/** ONNX's numbers for dtypes (TensorProto.DataType). */
export const ONNX_TYPE = { float: 1, int32: 6, int64: 7, bool: 9 } as const
/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const
const IR_VERSION = 8
/** ReduceMean and its kin take their axes as attributes up to 17. */
const OPSET = 17

export type OnnxAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }

export interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export interface OnnxTensor {
  readonly name: string
  readonly type: number
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** An input or output; `'batch'` is a size that the caller chooses. */
export interface OnnxValue {
  readonly name: string
  readonly type: number
  readonly shape: readonly (number | string)[]
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  readonly tensors: readonly OnnxTensor[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  /** Shown by viewers, read by programs. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The bytes of an .onnx file, as parts: ModelProto of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
export function writeOnnx({ nodes, tensors, inputs, outputs, metadata }: OnnxGraph): ProtoWriter {
  const graph = new ProtoWriter()
  for (const [index, node] of nodes.entries()) graph.message(1, nodeProto(node, index))
  graph.string(2, 'tessera')
  for (const tensor of tensors) graph.message(5, tensorProto(tensor))
  for (const value of inputs) graph.message(11, valueProto(value))
  for (const value of outputs) graph.message(12, valueProto(value))
  const model = new ProtoWriter().int(1, IR_VERSION).string(2, 'tessera').message(7, graph)
  model.message(8, new ProtoWriter().string(1, '').int(2, OPSET))
  for (const [key, value] of Object.entries(metadata)) model.message(14, new ProtoWriter().string(1, key).string(2, value))
  return model
}

function nodeProto({ op, inputs, outputs, attributes }: OnnxNode, index: number): ProtoWriter {
  const node = new ProtoWriter()
  for (const input of inputs) node.string(1, input)
  for (const output of outputs) node.string(2, output)
  node.string(3, `${op}_${index}`).string(4, op)
  for (const [name, attribute] of Object.entries(attributes)) {
    const proto = new ProtoWriter().string(1, name)
    if ('float' in attribute) proto.float(2, attribute.float).int(20, ATTRIBUTE.float)
    else if ('int' in attribute) proto.int(3, attribute.int).int(20, ATTRIBUTE.int)
    else if ('string' in attribute) proto.string(4, attribute.string).int(20, ATTRIBUTE.string)
    else proto.ints(8, attribute.ints).int(20, ATTRIBUTE.ints)
    node.message(5, proto)
  }
  return node
}

function tensorProto({ name, type, shape, bytes }: OnnxTensor): ProtoWriter {
  return new ProtoWriter().ints(1, shape).int(2, type).string(8, name).bytes(9, bytes)
}

function valueProto({ name, type, shape }: OnnxValue): ProtoWriter {
  const dims = new ProtoWriter()
  for (const size of shape) {
    dims.message(1, typeof size === 'number' ? new ProtoWriter().int(1, size) : new ProtoWriter().string(2, size))
  }
  const tensor = new ProtoWriter().int(1, type).message(2, dims)
  return new ProtoWriter().string(1, name).message(2, new ProtoWriter().message(1, tensor))
}
