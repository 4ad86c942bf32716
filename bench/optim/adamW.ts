// Eager AdamW updates of ViT-S with layer-wise decay, 152 groups of one parameter each. Arguments: the packing's limits in elements, from which
// on a parameter is alone and at which a pack is full; none: as the optimizer has them.
import { OPTIMIZERS, RunContainer } from '@tessera/core'
import { AdamW } from '@tessera/optim'
import { useBackend } from '@tessera/runtime'
import { answerSteps } from '../answerSteps.js'
import { decayedVit, VIT_S } from './decayedVit.js'

const [alone, pack] = process.argv.slice(2).map(Number)
await useBackend('native')

class Repacked extends AdamW {
  protected override readonly packing = { alone: alone ?? 0, pack: pack ?? 0 }
}

const container = new RunContainer()
if (alone !== undefined) container.rebind(OPTIMIZERS, 'AdamW', Repacked)
const { optimizer, grads, parameters } = decayedVit(VIT_S, container)

await answerSteps(() => {
  optimizer.step(grads)
  return parameters[0]?.size ?? Number.NaN
})
