import { describe, expect, test } from '@jest/globals'
import { RandomStream, type tf } from '@tessera/runtime'
import { currentModulePath } from './callPath.js'
import { Module } from './module.js'
import { Buffer, Parameter } from './parameter.js'

class Leaf extends Module {
  seen = ''
  readonly weight = this.registerParameter('weight', new Parameter([2]))

  override forward(x: number): number {
    this.seen = currentModulePath()
    return x + 1
  }
}

class Tree extends Module {
  readonly own = this.registerParameter('own', new Parameter([1]))
  readonly left = this.registerModule('left', new Leaf())
  readonly running = this.registerBuffer('running', new Buffer([3]))
  readonly right = this.registerModule('right', new Leaf())

  override forward(x: number): number {
    return this.right.call(this.left.call(x))
  }
}

class Root extends Module {
  readonly tree = this.registerModule('tree', new Tree())

  override forward(x: number): number {
    return this.tree.call(x)
  }
}

test('names are dotted, in PyTorch’s order: own parameters, then children', () => {
  const root = new Root()
  expect([...root.namedParameters()].map(([name]) => name)).toEqual(['tree.own', 'tree.left.weight', 'tree.right.weight'])
  expect([...root.namedState()].map(([name]) => name)).toEqual(['tree.own', 'tree.running', 'tree.left.weight', 'tree.right.weight'])
  expect([...root.namedModules()].map(([name]) => name)).toEqual(['', 'tree', 'tree.left', 'tree.right'])
  expect([...root.namedBuffers()].map(([name]) => name)).toEqual(['tree.running'])
})

test('call knows where it is, and forgets it afterwards, even after an error', () => {
  const root = new Root()
  expect(root.call(1)).toBe(3)
  expect(root.tree.right.seen).toBe('tree.right')
  root.tree.right.forward = () => {
    throw new Error('inside')
  }
  expect(() => root.call(1)).toThrow('inside')
  expect(currentModulePath()).toBe('')
})

test('a shared parameter counts once, under its first name', () => {
  const tree = new Tree()
  const shared = new Leaf()
  tree.registerModule('left', shared)
  tree.registerModule('right', shared)
  expect([...tree.namedParameters()].map(([name]) => name)).toEqual(['own', 'left.weight'])
  tree.nameState()
  expect(shared.weight.name).toBe('left.weight')
})

test('replacing a child keeps its place', () => {
  const tree = new Tree()
  const leaf = new Leaf()
  tree.registerModule('left', leaf)
  expect([...tree.namedChildren()].map(([name]) => name)).toEqual(['left', 'right'])
  expect(tree.child('left')).toBe(leaf)
})

describe('names that cannot be', () => {
  test.each([
    ['', /dotless/],
    ['a.b', /dotless/],
    ['own', /already/],
    ['left', /already/],
    ['running', /already/],
  ])("'%s'", (name, message) => {
    expect(() => new Tree().registerParameter(name, new Parameter([1]))).toThrow(message)
  })
})

test('train reaches the whole tree; what is frozen stays as it is', () => {
  const tree = new Tree()
  tree.left.freeze()
  expect([tree.eval().training, tree.right.training]).toEqual([false, false])
  tree.train()
  expect([tree.training, tree.left.training, tree.right.training]).toEqual([true, false, true])
  expect([...tree.namedParameters()].map(([, parameter]) => parameter.requiresGrad)).toEqual([true, false, true])
})

describe('initWeights', () => {
  const noisy = (_: unknown, shape: readonly number[]) => Float32Array.from({ length: shape[0] ?? 0 }, () => 1)

  test('rules go from the root down, and each module has the last word on the way back', () => {
    const order: string[] = []
    class Noting extends Tree {
      protected override adjustInit(): void {
        order.push('tree adjusts')
      }
    }
    const tree = new Noting()
    tree.initRules = [{ apply: () => order.push('tree rule') }]
    tree.left.initRules = [{ apply: () => order.push('left rule') }]
    tree.initWeights(new RandomStream(0))
    expect(order).toEqual(['tree rule', 'left rule', 'tree adjusts'])
    tree.dispose()
  })

  test('a tensor’s values depend on its name, not on its neighbours', async () => {
    const draw = (random: { uniform(): number }, shape: readonly number[]) =>
      Float32Array.from({ length: shape[0] ?? 0 }, () => random.uniform())
    const whole = new Tree()
    const alone = new Root()
    for (const [, parameter] of whole.namedParameters()) parameter.init = draw
    for (const [, parameter] of alone.namedParameters()) parameter.init = draw
    whole.initWeights(new RandomStream(5))
    alone.tree.left.weight.init = noisy
    alone.tree.initWeights(new RandomStream(5))
    expect(alone.tree.right.weight.values()).toEqual(whole.right.weight.values())
    expect(whole.right.weight.values()).not.toEqual(whole.left.weight.values())
    whole.dispose()
    alone.dispose()
  })
})

test('a parameter used too early says what to do', () => {
  const leaf = new Leaf()
  leaf.nameState()
  expect((): tf.Tensor => leaf.weight.variable).toThrow(/weight.*initWeights/)
})
