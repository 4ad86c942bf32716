import { beforeAll, expect, test } from '@jest/globals'
import '@tessera/configs'
import { loadStateDict, type Module, stateDictOf, type TensorBatch } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { canClassify, type SmallModel, smallBatch, smallModels, trainer } from '../smallModels.js'

const STEPS = 30
/** Relative, of losses: what compiled and op by op may be apart. */
const BOUND = 1e-5
/** Runs with last bits turned before each step, at least, and at most when none of them parts from the first as far as the compiled one. */
const [FEWEST, MOST] = [2, 16] as const
/** A run that parts from another does so at the step, and as far, as chance has it: within this factor of what was seen is the same kind. */
const LUCK = 10

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

type Batches = (step: number) => TensorBatch

/** Before each step the compiled model gets the state of the other, its optimizer's as well. */
async function apart(one: SmallModel, batches: Batches): Promise<Apart> {
  const [eager, compiled] = [await trainer(one, 'op by op', batches), await trainer(one, 'compiled', batches)]
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

/** Losses of thirty steps on their own. @param noise seed of what turns the last bit of half the weights before each step; undefined: nothing does */
async function losses(one: SmallModel, how: 'op by op' | 'compiled', batches: Batches, noise?: number): Promise<number[]> {
  const { model, step, dispose } = await trainer(one, how, batches)
  const turn = noise === undefined ? () => {} : lastBits(noise)
  const found = Array.from({ length: STEPS }, (_, index) => {
    for (const { variable } of model.parameters()) turn(variable)
    return step(index)
  })
  dispose()
  return found
}

/** Numbers half of which differ from before in their last bit. */
function lastBits(seed: number): (variable: tf.Variable) => void {
  let state = seed
  return (variable) => {
    const values = Float32Array.from(variable.dataSync())
    const bits = new Int32Array(values.buffer)
    for (const [index, word] of bits.entries()) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      bits[index] = word ^ (state >>> 31)
    }
    const changed = tf.tensor(values, variable.shape)
    variable.assign(changed)
    changed.dispose()
  }
}

function weightsOf(model: Module): Float32Array {
  return Float32Array.from(model.parameters().flatMap((parameter) => Array.from(parameter.values())))
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - (b[index] ?? Number.NaN)) ** 2, 0))
}

/** How far the values up to each one are from others, at most. */
function partedBy(values: readonly number[], others: readonly number[]): number[] {
  let most = 0
  return values.map((value, index) => {
    most = Math.max(most, Math.abs(value / (others[index] ?? Number.NaN) - 1))
    return most
  })
}

/** The batch of each step, made once. */
function batchesOf(one: SmallModel): { readonly batches: Batches; dispose(): void } {
  const kept = Array.from({ length: STEPS }, (_, step) => smallBatch(one, step))
  return {
    batches: (step) => {
      const { inputs, gt_label } = kept[step] ?? smallBatch(one, step)
      return { inputs: tf.clone(inputs), ...(gt_label === undefined ? {} : { gt_label: tf.clone(gt_label) }) } as TensorBatch
    },
    dispose: () => tf.dispose(kept),
  }
}

const say = (...numbers: readonly number[]) => numbers.map((number) => number.toExponential(1)).join(', ')

/**
 * Two things are shown. From one state a step compiled is the step op by op, thirty times over. And on their own the losses stay as close, until
 * the model itself makes much of the last bit (a ReLU or a maximum on the edge, batch statistics of four small images): from then on they
 * part no further than runs op by op do in whose every step the last bits of the weights are others.
 */
test.each(smallModels.filter(canClassify).map((one) => [JSON.stringify(one.model), one] as const))(
  'thirty steps are the same compiled and op by op: %s',
  async (name, one) => {
    if (!native) return
    const { batches, dispose } = batchesOf(one)
    const forced = await apart(one, batches)
    // In a single step a ReLU may let its gradient through on one side only.
    const usual = forced.updates.toSorted((a, b) => a - b)[STEPS >> 1] ?? Number.NaN
    const eager = await losses(one, 'op by op', batches)
    const free = partedBy(await losses(one, 'compiled', batches), eager)
    const control = free.map(() => 0)
    const isExplained = () => free.every((parted, step) => parted < Math.max(BOUND, LUCK * (control[step] ?? 0)))
    let controls = 0
    while (controls < FEWEST || (!isExplained() && controls < MOST)) {
      const parted = partedBy(await losses(one, 'op by op', batches, controls++), eager)
      for (const [step, far] of parted.entries()) control[step] = Math.max(control[step] ?? 0, far)
    }
    process.stdout.write(
      `${name.slice(0, 60)}: from one state losses ${say(Math.max(...forced.losses))}, updates usually ${say(usual)}; ` +
        `on their own after 5, 10, 20, 30 steps ${say(...at(free))}, with last bits turned (${controls} runs) ${say(...at(control))}\n`,
    )
    expect(Math.max(...forced.losses)).toBeLessThan(BOUND)
    expect(usual).toBeLessThan(1e-4)
    expect(isExplained()).toBe(true)
    dispose()
  },
)

const at = (values: readonly number[]) => [4, 9, 19, 29].map((step) => values[step] ?? Number.NaN)
