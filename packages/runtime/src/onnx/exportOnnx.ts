import { TesseraError } from '@tessera/core'
import { nativeInternals } from '../compile/nativeInternals.js'
import { record } from '../compile/recorder.js'
import { tf } from '../tf.js'
import { OnnxBuilder, type OnnxParameter, onnxType } from './onnxBuilder.js'
import { ONNX_TYPE, type OnnxNode, writeOnnx } from './onnxProto.js'
import { PairedGraphs } from './pairedGraphs.js'
import { ARRANGEMENT } from './rules/arrangement.js'
import { CONVOLUTIONS } from './rules/convolutions.js'
import { ELEMENTWISE } from './rules/elementwise.js'
import { type OnnxRule, OpToExport } from './rules/onnxRule.js'
import { PRODUCTS } from './rules/products.js'

const RULES: ReadonlyMap<string, OnnxRule> = new Map([...ELEMENTWISE, ...ARRANGEMENT, ...PRODUCTS, ...CONVOLUTIONS])
/** They stand for parameters and constants, which come in where they are used. */
const LEAVES = new Set(['Const', 'VarHandleOp', 'ReadVariableOp', 'Placeholder'])
/** Larger files need their tensors beside them, which is not offered. */
const PROTOBUF_LIMIT = 2 ** 31 - 1

export interface OnnxOptions {
  /** Of one image: height, width, channels. */
  readonly image: readonly [number, number, number]
  /** Default: whatever the caller gives. */
  readonly batchSize?: number | undefined
  /** The input's name. Default 'input'. */
  readonly input?: string
  /** An output's name, by its number. */
  readonly outputs: (index: number) => string
  /** What a variable of the model is called. */
  readonly nameOf: (variable: tf.Variable) => string | undefined
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * A forward pass as the bytes of an ONNX file (opset 17), in parts. Its input is `[batch, channels, height, width]`, as PyTorch's exports have
 * it; parameters keep their names. The pass is recorded, not run; native backend only.
 * @param forward from images [batch, height, width, channels] to outputs
 * @throws TesseraError UNSUPPORTED naming the op that has no counterpart
 */
export function exportOnnx(forward: (images: tf.Tensor4D) => readonly tf.Tensor[], options: OnnxOptions): Uint8Array[] {
  const native = nativeInternals()
  if (native === undefined) {
    throw new TesseraError('UNSUPPORTED', {
      what: 'an ONNX export records the forward pass, which only the native backend can do',
      hint: 'npm run doctor says why it is not there.',
    })
  }
  const batches = options.batchSize === undefined ? ([2, 3] as const) : ([options.batchSize, options.batchSize] as const)
  const [first, second] = batches.map((batch) => {
    const images: tf.Tensor4D = tf.zeros([batch, ...options.image])
    try {
      return record(
        native,
        ([input]) => ({ outputs: forward(input as tf.Tensor4D), meta: undefined }),
        [images],
        () => '',
      )
    } finally {
      images.dispose()
    }
  })
  if (first === undefined || second === undefined) throw new TypeError('nothing was recorded')
  const variables = new Map(first.states.map(({ variable, read }) => [read, variable]))
  const parameterOf = (read: string): OnnxParameter => {
    const variable = variables.get(read)
    if (variable === undefined) throw new TypeError(`${read} reads no variable`)
    return { name: options.nameOf(variable) ?? variable.name, shape: variable.shape, values: variable.dataSync() as Float32Array }
  }
  const graphs = new PairedGraphs(first, second, batches)
  const input = options.input ?? 'input'
  const builder = new OnnxBuilder(graphs, input, parameterOf)
  builder.bind(first.inputs[0] ?? '', builder.toChannelsLast(input))
  for (const node of graphs.nodes) if (!LEAVES.has(node.op)) convert(node.op, new OpToExport(node, builder))
  const [height, width, channels] = options.image
  const dims = (sizes: ReturnType<PairedGraphs['outputSizes']>) =>
    sizes.map((one) => ('fixed' in one ? one.fixed : one.times === 1 ? 'batch' : `batch*${one.times}`))
  for (const [index, { ref }] of first.outputs.entries()) {
    builder.nodes.push({
      op: 'Identity',
      inputs: [builder.value(ref)],
      outputs: [options.outputs(index)],
      attributes: {},
    })
  }
  const file = writeOnnx({
    ...needed(
      builder,
      first.outputs.map((_, index) => options.outputs(index)),
    ),
    inputs: [{ name: input, type: ONNX_TYPE.float, shape: [options.batchSize ?? 'batch', channels, height, width] }],
    outputs: first.outputs.map(({ dtype }, index) => ({
      name: options.outputs(index),
      type: onnxType(dtype),
      shape: dims(graphs.outputSizes(index)),
    })),
    metadata: options.metadata ?? {},
  })
  if (file.size > PROTOBUF_LIMIT) {
    throw new TesseraError('UNSUPPORTED', { what: 'an ONNX file of one piece ends at 2 GiB', got: `${file.size} bytes` })
  }
  return [...file.chunks]
}

function convert(name: string, op: OpToExport): void {
  const rule = RULES.get(name)
  if (rule === undefined)
    throw new TesseraError('UNSUPPORTED', { what: 'no ONNX op is known for this op of the model', path: op.node.name, got: name })
  const outputs = [rule(op)].flat()
  for (const [index, output] of outputs.entries()) op.builder.bind(index === 0 ? op.node.name : `${op.node.name}:${index}`, output)
}

/** Nodes and tensors that the outputs need. */
function needed({ nodes, tensors }: OnnxBuilder, outputs: readonly string[]) {
  const used = new Set(outputs)
  const kept: OnnxNode[] = []
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => used.has(output))) continue
    kept.push(node)
    for (const input of node.inputs) used.add(input)
  }
  return { nodes: kept.reverse(), tensors: [...tensors.values()].filter(({ name }) => used.has(name)) }
}
