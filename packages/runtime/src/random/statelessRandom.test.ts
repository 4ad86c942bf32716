import { beforeAll, describe, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { statelessNormal, statelessUniform } from './statelessRandom.js'
import { type SeedPair, statelessNormalValues, statelessUniformValues } from './statelessValues.js'

/** Recorded from TensorFlow 2.21's StatelessRandomUniform and StatelessRandomNormal on a CPU, int32 seeds, shape [7]. */
const RECORDED: { seed: SeedPair; uniform: number[]; normal: number[] }[] = [
  {
    seed: [0, 0],
    uniform: [
      0.2110154628753662, 0.7060099840164185, 0.8000633716583252, 0.7707922458648682, 0.38858866691589355, 0.8703594207763672,
      0.8081874847412109,
    ],
    normal: [
      -1.6970340013504028, -0.4813767075538635, -0.6622369289398193, 0.0870111882686615, -1.0001622438430786, 0.9434740543365479,
      0.6166947484016418,
    ],
  },
  {
    seed: [1, 2],
    uniform: [
      0.8440604209899902, 0.19204533100128174, 0.9962232112884521, 0.16038739681243896, 0.27199018001556396, 0.6493459939956665,
      0.10694444179534912,
    ],
    normal: [
      0.544110119342804, 0.20738030970096588, 0.0735643208026886, 0.04643455147743225, -1.301589846611023, -0.9538565278053284,
      0.8417285680770874,
    ],
  },
  {
    seed: [-1, 7],
    uniform: [
      0.9835540056228638, 0.7610461711883545, 0.32639455795288086, 0.26121485233306885, 0.7875277996063232, 0.09474742412567139,
      0.475103497505188,
    ],
    normal: [
      -0.18167541921138763, 0.012629484757781029, 1.4927144050598145, -0.10535857826471329, 0.3875863552093506, 0.5722674131393433,
      1.1724345684051514,
    ],
  },
  {
    seed: [2147483647, -2147483648],
    uniform: [
      0.029565095901489258, 0.8815397024154663, 0.09603333473205566, 0.36908483505249023, 0.05799567699432373, 0.9801088571548462,
      0.7595541477203369,
    ],
    normal: [
      -1.7978084087371826, 1.9519751071929932, 1.5865259170532227, -1.472771406173706, -0.2974725365638733, 2.3677592277526855,
      -0.5188620090484619,
    ],
  },
]

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? 0))).toBeLessThan(1e-6)
}

describe('in JavaScript', () => {
  test.each(RECORDED)('uniform equals TensorFlow bit for bit, seed $seed', ({ seed, uniform }) => {
    expect(Array.from(statelessUniformValues(7, seed))).toEqual(uniform)
  })

  test.each(RECORDED)('normal equals TensorFlow, seed $seed', ({ seed, normal }) => {
    expectClose(statelessNormalValues(7, seed), normal)
  })
})

describe.each(['auto', 'cpu'] as const)('as tensors on %s', (request) => {
  beforeAll(async () => {
    await useBackend(request)
  })

  test.each(RECORDED)('the same numbers, seed $seed', ({ seed, uniform, normal }) => {
    const before = tf.memory().numTensors
    const drawn = statelessUniform([7], seed)
    expect(Array.from(drawn.dataSync())).toEqual(uniform)
    const drawnNormal = statelessNormal([7, 1], seed)
    expect(drawnNormal.shape).toEqual([7, 1])
    expectClose(drawnNormal.dataSync(), normal)
    tf.dispose([drawn, drawnNormal])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('many numbers equal those of JavaScript, and a tensor may stand for the second seed', () => {
    const step = tf.scalar(42, 'int32')
    const drawn = statelessUniform([3, 1001], [-5, step])
    expect(Array.from(drawn.dataSync())).toEqual(Array.from(statelessUniformValues(3003, [-5, 42])))
    const normal = statelessNormal([3, 1001], [-5, step])
    expectClose(normal.dataSync(), statelessNormalValues(3003, [-5, 42]))
    tf.dispose([step, drawn, normal])
  })
})
