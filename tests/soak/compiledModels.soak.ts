import { beforeAll, expect, test } from '@jest/globals'
import '@tessera/configs'
import { loadStateDict, type Module, stateDictOf } from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import { canClassify, type SmallModel, smallModels, trainer } from '../smallModels.js'

const STEPS = 30

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

/** How far losses are apart at most, relative; and updates of all weights, by length. */
interface Apart {
  readonly losses: number
  readonly updates: number
}

/** @param together before each step the compiled model gets the state of the other, its optimizer's as well */
async function apart(one: SmallModel, together: boolean): Promise<Apart> {
  const [eager, compiled] = [await trainer(one, 'op by op'), await trainer(one, 'compiled')]
  const found = { losses: 0, updates: 0 }
  for (let step = 0; step < STEPS; step++) {
    if (together && step > 0) {
      loadStateDict(compiled.model, stateDictOf(eager.model))
      compiled.optimWrapper.loadStateDict(eager.optimWrapper.stateDict())
    }
    const before = weightsOf(eager.model)
    const [wanted, got] = [eager.step(step), compiled.step(step)]
    expect(Number.isFinite(wanted)).toBe(true)
    found.losses = Math.max(found.losses, Math.abs(got / wanted - 1))
    const [after, other] = [weightsOf(eager.model), weightsOf(compiled.model)]
    found.updates = Math.max(found.updates, distance(other, after) / distance(after, before))
  }
  for (const { dispose } of [eager, compiled]) dispose()
  return found
}

function weightsOf(model: Module): Float32Array {
  return Float32Array.from(model.parameters().flatMap((parameter) => Array.from(parameter.values())))
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - (b[index] ?? Number.NaN)) ** 2, 0))
}

const WITH_BATCH_NORM = new Set(
  'ResNet ResNetV1c ResNetV1d ResNet_CIFAR ResNeXt SEResNet SEResNeXt ResNeSt Res2Net RegNet MobileNetV2 MobileNetV3 EfficientNet'.split(
    ' ',
  ),
)

const MODELS = smallModels.filter(canClassify).map((one) => [JSON.stringify(one.model), one] as const)

test.each(MODELS)('each of thirty steps is the same compiled and op by op: %s', async (name, one) => {
  if (!native) return
  const { losses, updates } = await apart(one, true)
  process.stdout.write(`${name.slice(0, 60)}: losses ${losses.toExponential(1)}, updates ${updates.toExponential(1)} apart\n`)
  expect(losses).toBeLessThan(1e-5)
  expect(updates).toBeLessThan(1e-3)
})

// On their own, models with batch statistics of four small images make much of the last bit: one that changes in one weight parts the losses
// op by op by percents within thirty steps, since a ReLU lets its gradient through or not.
test.each(MODELS.filter(([, { model }]) => !WITH_BATCH_NORM.has(model.type)))(
  'thirty steps on their own are the same compiled and op by op: %s',
  async (_, one) => {
    if (native) expect((await apart(one, false)).losses).toBeLessThan(1e-5)
  },
)
