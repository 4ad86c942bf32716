import { expect, test } from '@jest/globals'
import type { Attribute } from './attributes.js'
import { DT } from './nativeInternals.js'
import { savedModel } from './savedModel.js'

interface Message {
  toObject(): Record<string, unknown>
  [getter: `get${string}`]: () => unknown
}

/** As TensorFlow's own message classes read it, which come with tfjs-node. */
async function read(bytes: Uint8Array): Promise<{ model: Record<string, unknown>; nodes: readonly Message[] }> {
  // @ts-expect-error -- generated JavaScript without declarations
  const pb = (await import('@tensorflow/tfjs-node/dist/proto/api_pb.js')).default
  const model = pb.SavedModel.deserializeBinary(bytes)
  return { model: model.toObject(), nodes: model.getMetaGraphsList()[0].getGraphDef().getNodeList() }
}

test.each([
  [{ type: DT.bfloat16 }, { type: 14 }],
  [{ int: -7 }, { i: -7 }],
  [{ int: 2 ** 40 }, { i: 2 ** 40 }],
  [{ float: 0.5 }, { f: 0.5 }],
  [{ bool: true }, { b: true }],
  [{ bool: false }, { b: false }],
  [{ string: 'NHWC' }, { s: Buffer.from('NHWC').toString('base64') }],
  [{ shape: [] }, { shape: { dimList: [], unknownRank: false } }],
  [{ shape: undefined }, { shape: { dimList: [], unknownRank: true } }],
  [{ ints: [1, 300, -1] }, { list: { iList: [1, 300, -1] } }],
  [{ types: [1, 3] }, { list: { typeList: [1, 3] } }],
  [{ floats: [1.5, -2] }, { list: { fList: [1.5, -2] } }],
  [{ tensor: { dtype: DT.float, shape: [2, 3], content: 1.5 } }, { tensor: { dtype: 1, floatValList: [1.5] } }],
  [{ tensor: { dtype: DT.int32, shape: [], content: -3 } }, { tensor: { dtype: 3, intValList: [-3] } }],
  [{ tensor: { dtype: DT.bool, shape: [], content: 1 } }, { tensor: { dtype: 10, boolValList: [true] } }],
  [
    { tensor: { dtype: DT.float, shape: [500], content: new Uint8Array(2000).fill(7) } },
    { tensor: { dtype: 1, tensorContent: Buffer.alloc(2000, 7).toString('base64') } },
  ],
] as [Attribute, object][])("TensorFlow's own classes read an attribute %j", async (attribute, wanted) => {
  const { nodes } = await read(savedModel([{ name: 'a.b/Op_0', op: 'Op', inputs: ['x:1', '^y'], attributes: { T: attribute } }]))
  expect(nodes.map((node) => node.toObject())).toMatchObject([
    { name: 'a.b/Op_0', op: 'Op', inputList: ['x:1', '^y'], attrMap: [['T', wanted]] },
  ])
})

test('a model has one graph with the tag that it is loaded by', async () => {
  const nodes = Array.from({ length: 300 }, (_, index) => ({ name: `n_${index}`, op: 'NoOp', inputs: [], attributes: {} }))
  const { model } = await read(savedModel(nodes))
  expect(model).toMatchObject({
    savedModelSchemaVersion: 1,
    metaGraphsList: [{ metaInfoDef: { tagsList: ['serve'] }, graphDef: { versions: { producer: 1395 } } }],
  })
  expect((await read(savedModel(nodes))).nodes.map((node) => node.toObject()['name'])).toEqual(nodes.map(({ name }) => name))
})
