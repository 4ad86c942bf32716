import { describe, expect, test } from '@jest/globals'
import { HostRecord } from '../step/hostRecord.js'
import type { Attributes } from './attributes.js'
import { Graph, nodeOf } from './graph.js'
import { keepBfloat16 } from './keepBfloat16.js'
import { DT } from './nativeInternals.js'

type Build = (step: Sketch) => string

/** A graph as it is recorded: what a product takes is cast down, what it gives is cast up. */
class Sketch {
  readonly graph = new Graph()
  private readonly casts = new Map<string, string>()
  readonly x = this.value(this.graph.placeholder(DT.float, [4, 8]), DT.float)

  op(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.value(this.graph.add(op, inputs, { T: { type: DT.float }, ...attributes }), DT.float)
  }

  product(a: string, b: string): string {
    const low = [a, b].map((ref) => {
      const made = this.casts.get(ref) ?? this.graph.cast(ref, DT.float, DT.bfloat16)
      this.casts.set(ref, made)
      return made
    })
    return this.graph.cast(this.value(this.graph.add('MatMul', low, { T: { type: DT.bfloat16 } }), DT.bfloat16), DT.bfloat16, DT.float)
  }

  number(value: number): string {
    return this.graph.constant(DT.float, [], value)
  }

  private value(ref: string, dtype: number): string {
    this.graph.values.set(ref, { shape: [4, 8], dtype })
    return ref
  }
}

/** `op` or, in bfloat16, `op'`, in the order of the graph, of all that the result needs besides the product of x with itself. */
function ops(build: Build, softmax = true): string[] {
  const sketch = new Sketch()
  const ref = build(sketch)
  const recording = {
    graph: sketch.graph,
    inputs: [sketch.x],
    numbers: [],
    host: new HostRecord(),
    once: false,
    states: [],
    outputs: [{ ref, dtype: DT.float }],
    meta: undefined,
  }
  const { graph, outputs } = keepBfloat16(recording, () => softmax)
  const nodes = graph.reachable(outputs.map((output) => nodeOf(output.ref)))
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length)
  return nodes
    .filter(({ op }) => op !== 'Placeholder' && op !== 'Const')
    .map(({ op, attributes }) => {
      const type = attributes['T'] ?? attributes['DstT']
      return type !== undefined && 'type' in type && type.type === DT.bfloat16 ? `${op}'` : op
    })
}

const moved = (step: Sketch, ref: string) => step.op('Transpose', [step.op('Reshape', [ref])])

describe('values stay in bfloat16', () => {
  test.each<[string, Build, string[]]>([
    [
      'from product to product, moved on the way',
      (step) => {
        const a = moved(step, step.product(step.x, step.x))
        return step.product(a, a)
      },
      ["Cast'", "MatMul'", "Reshape'", "Transpose'", "MatMul'", 'Cast'],
    ],
    [
      'taken apart and put together',
      (step) => {
        const parts = step.op('Unpack', [step.product(step.x, step.x)], { num: { int: 2 }, axis: { int: 0 } })
        return step.product(step.op('Pack', [parts, `${parts}:1`]), step.op('ConcatV2', [`${parts}:1`, parts, step.number(0)]))
      },
      ["Cast'", "MatMul'", "Unpack'", "Pack'", "ConcatV2'", "MatMul'", 'Cast'],
    ],
    [
      'times a power of two',
      (step) => step.product(step.op('Mul', [step.product(step.x, step.x), step.number(0.125)]), step.x),
      ["Cast'", "MatMul'", "Cast'", "Mul'", "MatMul'", 'Cast'],
    ],
    [
      'but not times another number',
      (step) => step.product(step.op('Mul', [step.product(step.x, step.x), step.number(0.3)]), step.x),
      ["Cast'", "MatMul'", 'Cast', 'Mul', "Cast'", "MatMul'", 'Cast'],
    ],
    [
      'but not when nobody takes them so: the sums of gradients are float32',
      (step) => step.op('Square', [moved(step, step.product(step.x, step.x))]),
      ["Cast'", "MatMul'", 'Cast', 'Reshape', 'Transpose', 'Square'],
    ],
    [
      'but not when half of them never were',
      (step) => step.product(step.op('Pack', [step.product(step.x, step.x), step.x]), step.x),
      ["Cast'", "MatMul'", 'Cast', 'Pack', "Cast'", "MatMul'", 'Cast'],
    ],
    [
      'through what is also asked for in float32, which is made of them',
      (step) => {
        const a = moved(step, step.product(step.x, step.x))
        return step.op('Add', [step.product(a, a), a])
      },
      ["Cast'", "MatMul'", "Reshape'", "Transpose'", "MatMul'", 'Cast', 'Cast', 'Add'],
    ],
  ])('%s', (_, build, expected) => {
    expect(ops(build)).toEqual(expected)
  })
})

describe('attention weights', () => {
  const weights: Build = (step) => {
    const p = step.op('Softmax', [step.product(step.x, step.x)])
    return step.op('Add', [step.product(p, step.x), p])
  }

  test('are made in bfloat16 where that is exact, and kept as the product takes them', () => {
    expect(ops(weights)).toEqual(["Cast'", "MatMul'", "Softmax'", "MatMul'", 'Cast', 'Cast', 'Add'])
  })

  test('are rounded else', () => {
    expect(ops(weights, false)).toEqual(["Cast'", "MatMul'", 'Cast', 'Softmax', "Cast'", "MatMul'", 'Cast', 'Cast', 'Add'])
  })

  test('a softmax that no product takes is float32', () => {
    expect(ops((step) => step.op('Softmax', [step.product(step.x, step.x)]))).toEqual(["Cast'", "MatMul'", 'Cast', 'Softmax'])
  })
})

test('what waits for a value waits for what took its place', () => {
  expect(ops((step) => step.op('Identity', [step.x, `^${step.product(step.x, step.x)}`]))).toEqual(["Cast'", "MatMul'", 'Cast', 'Identity'])
})

test('a step in float32 is left alone', () => {
  expect(ops((step) => moved(step, step.op('Mul', [step.x, step.number(0.5)])))).toEqual(['Mul', 'Reshape', 'Transpose'])
})
