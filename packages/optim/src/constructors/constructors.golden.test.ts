import { describe, expect, test } from '@jest/globals'
import { OPTIM_WRAPPER_CONSTRUCTORS, RunContainer } from '@tessera/core'
import { buildOptimWrapper, type Module } from '@tessera/nn'
import { expectCase, type GoldenCase, readGoldenGroups } from '../testing/goldenGroups.js'
import { type GoldenModel, kindOf, NamedTree } from '../testing/namedTree.js'
import { describeGroups } from '../wrapper/describeGroups.js'
import '../plugin.js'
import { DefaultOptimWrapperConstructor } from './defaultOptimWrapperConstructor.js'
import { LearningRateDecayOptimWrapperConstructor } from './learningRateDecayOptimWrapperConstructor.js'

const models = readGoldenGroups()

class DefaultOnNames extends DefaultOptimWrapperConstructor {
  protected override isNorm = (module: Module) => kindOf(module) === 'norm'
  protected override isDepthwiseConv = (module: Module) => kindOf(module) === 'depthwise'
}
class LayerDecayOnNames extends LearningRateDecayOptimWrapperConstructor {
  protected override isNorm = (module: Module) => kindOf(module) === 'norm'
}

function groupsOf(model: GoldenModel, { optim_wrapper_cfg, shared }: GoldenCase) {
  const container = new RunContainer()
  container.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'DefaultOptimWrapperConstructor', DefaultOnNames)
  container.rebind(OPTIM_WRAPPER_CONSTRUCTORS, 'LearningRateDecayOptimWrapperConstructor', LayerDecayOnNames)
  const wrapper = buildOptimWrapper(new NamedTree(model, shared), optim_wrapper_cfg, container)
  const groups = describeGroups(wrapper)
  wrapper.dispose()
  return groups
}

test('536 cases of 23 models', () => {
  const all = Object.values(models).flatMap(({ cases }) => cases)
  expect([Object.keys(models).length, all.length]).toEqual([23, 536])
})

describe.each(Object.entries(models))('%s', (_name, model) => {
  test.each(model.cases.map((one) => [one.case, one] as const))('%s', (_case, one) => {
    expectCase(one, () => groupsOf(model, one))
  })
})
