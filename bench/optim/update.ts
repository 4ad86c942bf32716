// The AdamW update of a ViT as a compiled step of its own: gradients are there already, the same in each step. Arguments: width layers heads
// image; flag: plain, by plain ops instead of TensorFlow's training op.
import { OPTIMIZERS, RunContainer } from '@tessera/core'
import { AdamW } from '@tessera/optim'
import { CompiledFunction, useBackend } from '@tessera/runtime'
import { answerSteps } from '../answerSteps.js'
import { decayedVit } from './decayedVit.js'

const [width = 0, layers = 0, heads = 0, image = 0] = process.argv.slice(2, 6).map(Number)
// As in a run: each op on one thread, as many side by side as there are.
await useBackend('native', 'shards')

class Plain extends AdamW {
  protected override inPlaceRule(): undefined {}
}

const container = new RunContainer()
if (process.argv.includes('plain')) container.rebind(OPTIMIZERS, 'AdamW', Plain)
const { optimizer, grads } = decayedVit({ width, layers, heads, image }, container)
const step = await CompiledFunction.create(() => {
  optimizer.step(grads)
  return { outputs: [], meta: undefined }
}, {})
if (step === undefined) throw new TypeError('the native backend compiles steps')

await answerSteps(() => {
  step.run({})
  return 0
})
