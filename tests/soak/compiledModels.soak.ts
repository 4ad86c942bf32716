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

/** Relative, of each step. */
interface Apart {
  readonly losses: number[]
  /** Of all weights, by length. */
  readonly updates: number[]
}

/**
 * Before each step the compiled model gets the state of the other, its optimizer's as well. On their own, models with a ReLU make much of the
 * last bit: where one bit of one weight changes, losses op by op are percents apart within thirty steps.
 */
async function apart(one: SmallModel): Promise<Apart> {
  const [eager, compiled] = [await trainer(one, 'op by op'), await trainer(one, 'compiled')]
  const found: Apart = { losses: [], updates: [] }
  for (let step = 0; step < STEPS; step++) {
    if (step > 0) {
      loadStateDict(compiled.model, stateDictOf(eager.model))
      compiled.optimWrapper.loadStateDict(eager.optimWrapper.stateDict())
    }
    const before = weightsOf(eager.model)
    const [wanted, got] = [eager.step(step), compiled.step(step)]
    found.losses.push(Math.abs(got / wanted - 1))
    const [after, other] = [weightsOf(eager.model), weightsOf(compiled.model)]
    found.updates.push(distance(other, after) / distance(after, before))
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

test.each(smallModels.filter(canClassify).map((one) => [JSON.stringify(one.model), one] as const))(
  'each of thirty steps is the same compiled and op by op: %s',
  async (name, one) => {
    if (!native) return
    const { losses, updates } = await apart(one)
    // In a single step a ReLU may let its gradient through on one side only.
    const usual = updates.toSorted((a, b) => a - b)[STEPS >> 1]
    process.stdout.write(
      `${name.slice(0, 60)}: losses at most ${Math.max(...losses).toExponential(1)}, updates usually ${usual?.toExponential(1)} apart\n`,
    )
    expect(Math.max(...losses)).toBeLessThan(1e-5)
    expect(usual).toBeLessThan(1e-4)
  },
)
