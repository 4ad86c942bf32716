// Run by hand: npx tsx packages/nn/src/testing/recordVerdicts.ts <python with safetensors> [count]
// Writes what the reference reader says of every mutated file into test-data.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { mutatedSafetensors } from './mutatedSafetensors.js'

const READER = `
import struct, sys, safetensors
source, answer = sys.stdin.buffer, sys.stdout.buffer
while True:
    length = source.read(4)
    if len(length) < 4: break
    content = source.read(struct.unpack('<I', length)[0])
    try:
        safetensors.deserialize(content)
        answer.write(b'1')
    except Exception:
        answer.write(b'0')
`

const [python = 'python3', count = '100000'] = process.argv.slice(2)
const reader = spawn(python, ['-c', READER], { stdio: ['pipe', 'pipe', 'inherit'] })
const chunks: Buffer[] = []
reader.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
const closed = new Promise((resolve) => reader.on('close', resolve))
const hash = createHash('sha256')
for (let index = 0; index < Number(count); index++) {
  const file = mutatedSafetensors(index)
  hash.update(file)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(file.length)
  reader.stdin.write(length)
  if (!reader.stdin.write(file)) await new Promise((resolve) => reader.stdin.once('drain', resolve))
}
reader.stdin.end()
await closed
const verdicts = Buffer.concat(chunks).toString('latin1')
const target = fileURLToPath(new URL('../../test-data/safetensors_verdicts.json.gz', import.meta.url))
writeFileSync(target, gzipSync(JSON.stringify({ reader: 'safetensors 0.8.0', sha256: hash.digest('hex'), verdicts }), { level: 9 }))
process.stdout.write(`${verdicts.length} verdicts, ${[...verdicts].filter((v) => v === '1').length} accepted\n`)
