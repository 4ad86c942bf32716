// node runOnnx.mjs PACKAGE_FOLDER JOBS.json: runs models with onnxruntime-node ([{file, input, dims}]), and writes each output beside its
// model as FILE.NAME; what it prints is the outputs' shapes as JSON. A process of its own: jest's arrays are not those that the addon knows.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder, jobs] = process.argv.slice(2)
const { InferenceSession, Tensor } = createRequire(join(folder, 'package.json'))('onnxruntime-node')
const answers = []
for (const { file, input, dims } of JSON.parse(readFileSync(jobs, 'utf8'))) {
  const session = await InferenceSession.create(file, { logSeverityLevel: 3 })
  const bytes = readFileSync(input)
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const outputs = await session.run({ input: new Tensor('float32', values, dims) })
  const shapes = {}
  for (const [name, { data, dims: shape }] of Object.entries(outputs)) {
    shapes[name] = shape
    writeFileSync(`${file}.${name}`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  answers.push(shapes)
}
process.stdout.write(JSON.stringify(answers))
