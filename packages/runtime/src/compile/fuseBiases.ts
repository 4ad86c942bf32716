import { Graph, type GraphNode } from './graph.js'
import { DT } from './nativeInternals.js'
import type { Recording } from './recorder.js'
import { sizeOf } from './shapeRules.js'

/**
 * Biases in the form that TensorFlow fuses or does fastest: added by BiasAdd to their product (in bfloat16 before it is cast back, as
 * PyTorch's autocast does), their gradient summed by BiasAddGrad, which takes a quarter to two thirds of Sum's time.
 */
export function fuseBiases<TMeta>(recording: Recording<TMeta>): Recording<TMeta> {
  const old = recording.graph
  const graph = new Graph('b')
  for (const [ref, value] of old.values) graph.values.set(ref, value)
  const made = new Map(old.nodes.map((node) => [node.name, node]))
  const uses = countUses(recording)
  const shape = (ref: string | undefined) => graph.values.get(ref ?? '')?.shape
  const dtype = (ref: string | undefined) => graph.values.get(ref ?? '')?.dtype
  const biases = new Map<string, string>()
  const factors = new Set(old.nodes.flatMap(({ op, inputs }) => (op === 'MatMul' ? inputs.map(source) : [])))

  for (const node of old.nodes) {
    if (isRowSum(node)) {
      const attributes = { T: { type: DT.float }, data_format: { string: 'NHWC' } }
      graph.nodes.push({ ...node, op: 'BiasAddGrad', inputs: [node.inputs[0] ?? '', ...node.inputs.slice(2)], attributes })
    } else if (!addBias(node)) graph.nodes.push(node)
  }
  return { ...recording, graph }

  /** What a product's operand was before it was cast or reshaped. */
  function source(ref: string): string {
    const node = made.get(ref)
    return node?.op === 'Cast' || node?.op === 'Reshape' ? source(node.inputs[0] ?? '') : ref
  }

  /**
   * A sum over everything but the last axis, of a gradient that a product takes too. BiasAddGrad adds row after row, which loses digits
   * over many rows: the sums of batch normalization stay with Sum.
   */
  function isRowSum({ op, inputs, attributes }: GraphNode): boolean {
    const rank = shape(inputs[0])?.length ?? 0
    const keep = attributes['keep_dims']
    if (op !== 'Sum' || rank < 2 || !factors.has(source(inputs[0] ?? '')) || rowsOf(shape(inputs[0])) > MOST_ROWS) return false
    if (dtype(inputs[0]) !== DT.float || (keep !== undefined && 'bool' in keep && keep.bool)) return false
    const axes = constantInts(made.get(inputs[1] ?? ''))
    return axes !== undefined && axes.length === rank - 1 && axes.every((axis) => axis >= 0 && axis < rank - 1)
  }

  function addBias(node: GraphNode): boolean {
    const [sum = '', bias = ''] = node.inputs
    if ((node.op !== 'Add' && node.op !== 'AddV2') || node.inputs.length !== 2 || shape(sum)?.length !== 2) return false
    if (shape(bias)?.length !== 1 || shape(bias)?.[0] !== shape(sum)?.[1] || uses.get(sum) !== 1) return false
    const producer = made.get(sum)
    const low = producer?.op === 'Cast' && dtype(producer.inputs[0]) === DT.bfloat16 ? (producer.inputs[0] ?? '') : undefined
    const product = low ?? sum
    if (made.get(product)?.op !== 'MatMul' || uses.get(product) !== 1 || dtype(sum) !== DT.float) return false
    if (low === undefined) {
      graph.nodes.push({ ...node, op: 'BiasAdd', attributes: biasType(DT.float) })
      return true
    }
    const lowBias = biases.get(bias) ?? graph.cast(bias, DT.float, DT.bfloat16)
    biases.set(bias, lowBias)
    const added = graph.add('BiasAdd', [product, lowBias], biasType(DT.bfloat16))
    graph.values.set(added, { shape: [...(shape(product) ?? [])], dtype: DT.bfloat16 })
    graph.nodes.push({ ...node, op: 'Cast', inputs: [added], attributes: { SrcT: { type: DT.bfloat16 }, DstT: { type: DT.float } } })
    return true
  }
}

const MOST_ROWS = 4096
const rowsOf = (shape: readonly number[] = []) => sizeOf(shape.slice(0, -1))
const biasType = (type: number) => ({ T: { type }, data_format: { string: 'NHWC' } })

/** How often each output is asked for, by nodes and by the recording itself. */
function countUses({ graph, outputs, states }: Recording<unknown>): Map<string, number> {
  const uses = new Map<string, number>()
  const use = (ref: string | undefined) => {
    if (ref !== undefined) uses.set(ref, (uses.get(ref) ?? 0) + 1)
  }
  for (const { inputs } of graph.nodes) for (const input of inputs) use(input.startsWith('^') ? undefined : input)
  for (const { ref } of outputs) use(ref)
  for (const { next } of states) use(next)
  return uses
}

function constantInts(node: GraphNode | undefined): readonly number[] | undefined {
  const value = node?.attributes['value']
  if (value === undefined || !('tensor' in value) || value.tensor.dtype !== DT.int32) return undefined
  const { content, shape } = value.tensor
  if (typeof content === 'number') return new Array<number>(shape.reduce((size, one) => size * one, 1)).fill(content)
  return [...new Int32Array(content.slice().buffer)]
}
