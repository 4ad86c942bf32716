import { TesseraError } from '@tessera/core'
import type { OpAttribute } from '../backend/nativeBackend.js'
import type { Binding } from './nativeInternals.js'

/** A constant's content. */
export interface TensorContent {
  readonly dtype: number
  readonly shape: readonly number[]
  /** All of it, or one value that fills it. */
  readonly content: Uint8Array | number
}

/** The value of a node's attribute, by the kinds of TensorFlow's AttrValue. */
export type Attribute =
  | { readonly type: number }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] | undefined }
  | { readonly tensor: TensorContent }
  | { readonly types: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }

export type Attributes = Readonly<Record<string, Attribute>>

/** From what the addon's `executeOp` takes to what a graph holds. */
export function graphAttributes(op: string, given: readonly OpAttribute[], binding: Binding): Attributes {
  return Object.fromEntries(given.map((one) => [one.name, convert(op, one, binding)]))
}

function convert(op: string, { name, type, value }: OpAttribute, binding: Binding): Attribute {
  const numbers = Array.isArray(value) ? value.map(Number) : undefined
  switch (type) {
    case binding['TF_ATTR_TYPE']:
      return numbers === undefined ? { type: Number(value) } : { types: numbers }
    case binding['TF_ATTR_INT']:
      return numbers === undefined ? { int: Number(value) } : { ints: numbers }
    case binding['TF_ATTR_FLOAT']:
      return numbers === undefined ? { float: Number(value) } : { floats: numbers }
    case binding['TF_ATTR_BOOL']:
      return { bool: Boolean(value) }
    case binding['TF_ATTR_STRING']:
      return { string: String(value) }
    case binding['TF_ATTR_SHAPE']:
      return { shape: numbers ?? [] }
    default:
      throw new TesseraError('UNSUPPORTED', { what: 'an op has an attribute of a kind that no graph of ours holds', path: `${op}.${name}` })
  }
}

type Kind<K extends string> = Extract<Attribute, Record<K, unknown>>

function attribute<K extends string>(attributes: Attributes, name: string, kind: K): Kind<K>[K] | undefined {
  const found = attributes[name]
  return found !== undefined && kind in found ? (found as Kind<K>)[kind] : undefined
}

export const flagOf = (attributes: Attributes, name: string): boolean => attribute(attributes, name, 'bool') ?? false
export const intOf = (attributes: Attributes, name: string): number | undefined => attribute(attributes, name, 'int')
export const typeOf = (attributes: Attributes, name: string): number | undefined => attribute(attributes, name, 'type')
export const intsOf = (attributes: Attributes, name: string): readonly number[] => attribute(attributes, name, 'ints') ?? []
export const textOf = (attributes: Attributes, name: string): string | undefined => attribute(attributes, name, 'string')
