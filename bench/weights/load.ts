// node --import tsx bench/weights/load.ts read|keep|load FILE: one reading, in a process of its own; one line of JSON.
// read: all bytes into one buffer, again and again, as cat does. keep: into memory of their own. load: into a ViT-L that holds nothing yet.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import '@tessera/configs'
import { MODELS, RunContainer } from '@tessera/core'
import { BaseModel, buildModule, loadWeights } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { VIT_L } from './vitL.js'

const megabytes = (key: string) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024

const [what = 'load', file = ''] = process.argv.slice(2)

/** Into memory of its own, as whoever keeps the values must. */
function keep(): void {
  const size = statSync(file).size
  const buffer = new Uint8Array(size)
  const handle = openSync(file, 'r')
  for (let at = 0; at < size; ) at += readSync(handle, buffer, at, Math.min(size - at, 2 ** 28), at)
  closeSync(handle)
}

function read(): void {
  const buffer = new Uint8Array(2 ** 24)
  const handle = openSync(file, 'r')
  while (readSync(handle, buffer) > 0);
  closeSync(handle)
}

async function prepared(): Promise<() => void> {
  if (what === 'read') return read
  if (what === 'keep') return keep
  await useBackend('native')
  tf.tidy(() => tf.add(tf.zeros([1]), 1).dataSync())
  const model = buildModule(new RunContainer(), MODELS, VIT_L, BaseModel)
  return () => {
    const { missing, unexpected } = loadWeights(model, file, { need: 'all' })
    if (missing.length + unexpected.length > 0) throw new Error(`${missing.length} missing, ${unexpected.length} unexpected`)
  }
}

const work = await prepared()
const before = megabytes('VmRSS')
const cpu = process.cpuUsage()
const began = performance.now()
work()
const milliseconds = performance.now() - began
const { user, system } = process.cpuUsage(cpu)
process.stdout.write(`${JSON.stringify({ milliseconds, processor: (user + system) / 1000, extra: megabytes('VmHWM') - before })}\n`)
