import { type Attributes, flagOf, intOf, intsOf, textOf, typeOf } from '../../compile/attributes.js'
import { fromEnd } from '../../compile/shapeRules.js'
import type { OnnxBuilder } from '../onnxBuilder.js'
import type { BatchSize, PairedNode } from '../pairedGraphs.js'

/** From one recorded op to ONNX. @returns what its outputs are called there */
export type OnnxRule = (op: OpToExport) => string | readonly string[]

/** What a rule sees of an op. */
export class OpToExport {
  readonly attributes: Attributes

  constructor(
    readonly node: PairedNode,
    readonly builder: OnnxBuilder,
  ) {
    this.attributes = node.attributes
  }

  /** Inputs that are values, not orders. */
  get count(): number {
    return this.node.inputs.filter((input) => !input.startsWith('^')).length
  }

  ref(index: number): string {
    return this.node.inputs[index] ?? ''
  }

  value(index: number): string {
    return this.builder.value(this.ref(index))
  }

  values(count = this.count): string[] {
    return Array.from({ length: count }, (_, index) => this.value(index))
  }

  shape(index: number): readonly number[] {
    return this.builder.graphs.shape(this.ref(index))
  }

  rank(index: number): number {
    return this.shape(index).length
  }

  dtype(index: number): number {
    return this.builder.graphs.dtype(this.ref(index))
  }

  sizes(index: number): BatchSize[] {
    return this.builder.graphs.sizes(this.node, index)
  }

  ints(index: number): number[] {
    return this.builder.graphs.fixedInts(this.node, index)
  }

  batchInts(index: number): BatchSize[] {
    return this.builder.graphs.ints(this.node, index)
  }

  /** Axes that an input holds, counted from the front. */
  axes(index: number, rank: number): number[] {
    return this.ints(index).map((axis) => fromEnd(axis, rank))
  }

  flag(name: string): boolean {
    return flagOf(this.attributes, name)
  }

  int(name: string, otherwise: number): number {
    return intOf(this.attributes, name) ?? otherwise
  }

  intList(name: string): readonly number[] {
    return intsOf(this.attributes, name)
  }

  text(name: string): string | undefined {
    return textOf(this.attributes, name)
  }

  type(name: string): number | undefined {
    return typeOf(this.attributes, name)
  }
}

/** The same rule for several ops. */
export const named = (names: string, rule: OnnxRule): [string, OnnxRule][] => names.split(' ').map((name) => [name, rule])
