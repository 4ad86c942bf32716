import { ProtoWriter } from '../protoWriter.js'
import type { Attribute, TensorContent } from './attributes.js'
import type { GraphNode } from './graph.js'
import { DT } from './nativeInternals.js'

/** Version 1395 is TensorFlow 2.13's; every later and some earlier ones (min_consumer 0) read it. */
const GRAPH_VERSION = 1395
export const TAG = 'serve'

// The fields' numbers are those of tensorflow/core/protobuf/saved_model.proto, meta_graph.proto and tensorflow/core/framework/*.proto.

/** A graph as the bytes of a `saved_model.pb`. */
export function savedModel(nodes: readonly GraphNode[]): Uint8Array {
  const graph = new ProtoWriter()
  for (const node of nodes) graph.message(1, nodeDef(node))
  graph.message(4, new ProtoWriter().int(1, GRAPH_VERSION))
  const meta = new ProtoWriter().message(1, new ProtoWriter().string(4, TAG)).message(2, graph)
  return Buffer.concat(new ProtoWriter().int(1, 1).message(2, meta).chunks)
}

function nodeDef({ name, op, inputs, attributes }: GraphNode): ProtoWriter {
  const node = new ProtoWriter().string(1, name).string(2, op)
  for (const input of inputs) node.string(3, input)
  for (const [key, attribute] of Object.entries(attributes)) {
    node.message(5, new ProtoWriter().string(1, key).message(2, attrValue(attribute)))
  }
  return node
}

function attrValue(attribute: Attribute): ProtoWriter {
  const value = new ProtoWriter()
  if ('type' in attribute) return value.int(6, attribute.type)
  if ('int' in attribute) return value.int(3, attribute.int)
  if ('float' in attribute) return value.float(4, attribute.float)
  if ('bool' in attribute) return value.int(5, Number(attribute.bool))
  if ('string' in attribute) return value.string(2, attribute.string)
  if ('shape' in attribute) return value.message(7, tensorShape(attribute.shape))
  if ('tensor' in attribute) return value.message(8, tensor(attribute.tensor))
  const list = new ProtoWriter()
  if ('types' in attribute) list.ints(6, attribute.types)
  else if ('ints' in attribute) list.ints(3, attribute.ints)
  else for (const float of attribute.floats) list.float(4, float)
  return value.message(1, list)
}

function tensor({ dtype, shape, content }: TensorContent): ProtoWriter {
  const message = new ProtoWriter().int(1, dtype).message(2, tensorShape(shape))
  if (typeof content !== 'number') return message.bytes(4, content)
  if (dtype === DT.float) return message.float(5, content)
  return dtype === DT.bool ? message.int(11, Number(content !== 0)) : message.int(7, content)
}

/** @param shape undefined: of unknown rank */
function tensorShape(shape: readonly number[] | undefined): ProtoWriter {
  const message = new ProtoWriter()
  if (shape === undefined) message.int(3, 1)
  for (const size of shape ?? []) message.message(2, new ProtoWriter().int(1, size))
  return message
}
