import type { Attribute } from './attributes.js'
import type { GraphNode } from './graph.js'
import { DT } from './nativeInternals.js'

// The message classes come with tfjs-node, without types.
type Message = object
type Messages = Readonly<Record<string, MessageClass>>
interface MessageClass {
  new (): Message
  readonly [nested: string]: MessageClass
}

/** Version 1395 is TensorFlow 2.13's; every later and some earlier ones (min_consumer 0) read it. */
const GRAPH_VERSION = 1395
export const TAG = 'serve'

/** A graph as the bytes of a `saved_model.pb`. Loads tfjs-node's message classes: on the native backend only. */
export async function savedModelWriter(): Promise<(nodes: readonly GraphNode[]) => Uint8Array> {
  const messages = await loadMessages()
  return (nodes) => writeSavedModel(nodes, messages)
}

async function loadMessages(): Promise<Messages> {
  // @ts-expect-error -- generated JavaScript without declarations
  const loaded: { default?: unknown } = await import('@tensorflow/tfjs-node/dist/proto/api_pb.js')
  return (loaded.default ?? loaded) as Messages
}

function writeSavedModel(nodes: readonly GraphNode[], pb: Messages): Uint8Array {
  const graph = make(pb, 'GraphDef')
  for (const node of nodes) call(graph, 'addNode', nodeMessage(node, pb))
  const version = make(pb, 'VersionDef')
  call(version, 'setProducer', GRAPH_VERSION)
  call(graph, 'setVersions', version)
  const meta = make(pb, 'MetaGraphDef')
  const info = make(pb, 'MetaGraphDef', 'MetaInfoDef')
  call(info, 'addTags', TAG)
  call(meta, 'setMetaInfoDef', info)
  call(meta, 'setGraphDef', graph)
  const model = make(pb, 'SavedModel')
  call(model, 'setSavedModelSchemaVersion', 1)
  call(model, 'addMetaGraphs', meta)
  return call(model, 'serializeBinary') as Uint8Array
}

function nodeMessage({ name, op, inputs, attributes }: GraphNode, pb: Messages): Message {
  const node = make(pb, 'NodeDef')
  call(node, 'setName', name)
  call(node, 'setOp', op)
  call(node, 'setInputList', [...inputs])
  const map = call(node, 'getAttrMap') as { set(key: string, value: Message): void }
  for (const [key, attribute] of Object.entries(attributes)) map.set(key, attributeMessage(attribute, pb))
  return node
}

function attributeMessage(attribute: Attribute, pb: Messages): Message {
  const value = make(pb, 'AttrValue')
  if ('type' in attribute) call(value, 'setType', attribute.type)
  else if ('int' in attribute) call(value, 'setI', attribute.int)
  else if ('float' in attribute) call(value, 'setF', attribute.float)
  else if ('bool' in attribute) call(value, 'setB', attribute.bool)
  else if ('string' in attribute) call(value, 'setS', new TextEncoder().encode(attribute.string))
  else if ('shape' in attribute) call(value, 'setShape', shapeMessage(attribute.shape, pb))
  else if ('tensor' in attribute) {
    const { dtype, shape, content } = attribute.tensor
    const tensor = make(pb, 'Tensor')
    call(tensor, 'setDtype', dtype)
    call(tensor, 'setTensorShape', shapeMessage(shape, pb))
    if (typeof content !== 'number') call(tensor, 'setTensorContent', content)
    else if (dtype === DT.float) call(tensor, 'setFloatValList', [content])
    else if (dtype === DT.bool) call(tensor, 'setBoolValList', [content !== 0])
    else call(tensor, 'setIntValList', [content])
    call(value, 'setTensor', tensor)
  } else {
    const list = make(pb, 'AttrValue', 'ListValue')
    if ('types' in attribute) call(list, 'setTypeList', [...attribute.types])
    else if ('ints' in attribute) call(list, 'setIList', [...attribute.ints])
    else call(list, 'setFList', [...attribute.floats])
    call(value, 'setList', list)
  }
  return value
}

function shapeMessage(shape: readonly number[] | undefined, pb: Messages): Message {
  const message = make(pb, 'TensorShape')
  if (shape === undefined) call(message, 'setUnknownRank', true)
  for (const size of shape ?? []) {
    const dim = make(pb, 'TensorShape', 'Dim')
    call(dim, 'setSize', size)
    call(message, 'addDim', dim)
  }
  return message
}

function make(pb: Messages, name: string, nested?: string): Message {
  const outer = pb[name]
  const found = nested === undefined ? outer : outer?.[nested]
  if (found === undefined) throw new TypeError(`tfjs-node has no message ${name}${nested === undefined ? '' : `.${nested}`}`)
  return new found()
}

function call(message: Message, method: string, ...values: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(message, method)
  if (typeof found !== 'function') throw new TypeError(`tfjs-node's messages have no ${method}`)
  return found.apply(message, values)
}
