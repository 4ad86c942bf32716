import { expect, test } from '@jest/globals'
import { ProtoWriter } from './protoWriter.js'

const hex = ({ chunks }: ProtoWriter) => Buffer.concat(chunks).toString('hex')

// The first three are the examples of protobuf.dev/programming-guides/encoding.
test.each([
  ['an integer', new ProtoWriter().int(1, 150), '089601'],
  ['a string', new ProtoWriter().string(2, 'testing'), '120774657374696e67'],
  ['a message', new ProtoWriter().message(3, new ProtoWriter().int(1, 150)), '1a03089601'],
  ['a negative integer', new ProtoWriter().int(1, -1), '08ffffffffffffffffff01'],
  ['zero', new ProtoWriter().int(3, 0), '1800'],
  ['an integer beyond 32 bits', new ProtoWriter().int(1, 2 ** 40), '08808080808020'],
  ['a float', new ProtoWriter().float(2, 1.5), '150000c03f'],
  ['a field beyond 15', new ProtoWriter().int(20, 7), 'a00107'],
  ['several', new ProtoWriter().ints(8, [1, 128]), '4001408001'],
  ['nothing', new ProtoWriter().message(1, new ProtoWriter()), '0a00'],
])('%s', (_, writer, bytes) => {
  expect(hex(writer)).toBe(bytes)
  expect(writer.size).toBe(bytes.length / 2)
})
