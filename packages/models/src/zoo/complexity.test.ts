import { beforeAll, test } from '@jest/globals'
import { useBackend } from '@tessera/runtime'
import { type Complexity, expectComplexity, measuredComplexities } from '../testing/complexity.js'

beforeAll(async () => {
  await useBackend('auto')
})

/** What MMEngine says, and the products of attention, which its analysers do not see, added by hand. */
const REFERENCE: readonly Complexity[] = [
  {
    backbone: { type: 'ResNet', depth: 18 },
    image: [224, 224, 3],
    products: 1_813_561_344,
    norms: 4_967_424,
    activations: 2_483_712,
    parameters: 11_689_512 - 513_000,
  },
  {
    backbone: { type: 'SwinTransformer', arch: 'tiny', img_size: 224 },
    image: [224, 224, 3],
    products: 14_450_688 + 4_335_206_400 + 140_141_568,
    norms: 18_627_840,
    activations: 17_054_352,
    parameters: 28_288_354 - 769_000,
  },
  {
    backbone: { type: 'ConvNeXt', arch: 'tiny' },
    image: [224, 224, 3],
    products: 292_965_120 + 4_161_798_144,
    norms: 14_868_480,
    activations: 13_434_624,
    parameters: 28_589_128 - 769_000,
  },
]

/** The quickest; tests/reference/complexity.long.ts has the others. */
const QUICK = ['LeNet5', 'MobileNetV2', 'ConvNeXt']

test.each([...measuredComplexities.filter(({ backbone }) => QUICK.includes(backbone.type)), ...REFERENCE])(
  '$backbone counts as the reference does',
  expectComplexity,
)
