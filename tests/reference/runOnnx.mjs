// node runOnnx.mjs PACKAGE_FOLDER MODEL.onnx INPUT.bin D0,D1,D2,D3: runs a model with onnxruntime-node, and writes each output beside the
// model as NAME.bin; what it prints is the outputs' shapes as JSON. A process of its own: jest's arrays are not those that the addon knows.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const [folder, file, input, dims] = process.argv.slice(2)
const { InferenceSession, Tensor } = createRequire(join(folder, 'package.json'))('onnxruntime-node')
const session = await InferenceSession.create(file, { logSeverityLevel: 3 })
const bytes = readFileSync(input)
const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
const outputs = await session.run({ input: new Tensor('float32', values, dims.split(',').map(Number)) })
const shapes = {}
for (const [name, { data, dims: shape }] of Object.entries(outputs)) {
  shapes[name] = shape
  writeFileSync(join(dirname(file), `${name}.bin`), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}
process.stdout.write(JSON.stringify(shapes))
