import { Graph } from './graph.js'
import { type Binding, DT } from './nativeInternals.js'
import { savedModel, TAG } from './savedModel.js'
import { withSavedModel } from './temporaryFiles.js'

const SIZE = 256
/** Of a value in bfloat16: half a unit in the last place, and a little. */
const ROUNDING = 1.25 * 2 ** -8

const answers = new WeakMap<object, boolean>()

/**
 * Whether a graph's softmax of bfloat16 computes in float32 and rounds what it gives, no more. oneDNN's does; the one that stands in
 * where there is no oneDNN rounds at each step and is off by ten times as much. It is asked once a process, and takes some ten milliseconds.
 */
export function exactLowSoftmax(binding: Binding): boolean {
  const known = answers.get(binding) ?? ask(binding)
  answers.set(binding, known)
  return known
}

function ask(binding: Binding): boolean {
  const graph = new Graph()
  const given = graph.placeholder(DT.float, [1, SIZE])
  const low = graph.cast(given, DT.float, DT.bfloat16)
  const exact = graph.add('Softmax', [graph.cast(low, DT.bfloat16, DT.float)], { T: { type: DT.float } })
  const found = graph.cast(graph.add('Softmax', [low], { T: { type: DT.bfloat16 } }), DT.bfloat16, DT.float)
  const made = [
    binding.createTensor(
      [1, SIZE],
      DT.float,
      Float32Array.from({ length: SIZE }, (_, index) => 3 * Math.sin(index * index)),
    ),
  ]
  const model = withSavedModel(savedModel(graph.nodes), (directory) => binding.loadSavedModel(`${directory}/`, TAG))
  try {
    made.push(...binding.runSavedModel(model, made, given, `${exact},${found}`).map(({ id }) => id))
    const [one = [], other = []] = made.slice(1).map((id) => [...binding.tensorDataSync(id)])
    return one.length === SIZE && one.every((value, index) => Math.abs((other[index] ?? 0) / value - 1) <= ROUNDING)
  } finally {
    for (const id of made) binding.deleteTensor(id)
    binding.deleteSavedModel(model)
  }
}
