import { expect, test } from '@jest/globals'
import { inject, injectedTokens } from './injection.js'
import { createToken } from './tokens.js'

const A = createToken<number>('A')
const B = createToken<number>('B')

class Base {
  constructor(
    readonly options: object,
    @inject(A) readonly a: number,
    readonly other: unknown,
    @inject(B) readonly b: number,
  ) {}
}

function tokensOf(module: abstract new (...args: never[]) => unknown): [number, string | undefined][] {
  return [...injectedTokens(module)].map(([index, token]): [number, string | undefined] => [index, token.description]).sort()
}

test('each parameter keeps its token', () => {
  expect(tokensOf(Base)).toEqual([
    [1, 'A'],
    [3, 'B'],
  ])
  expect(tokensOf(class {})).toEqual([])
})

test('a subclass without a constructor of its own is constructed like its parent', () => {
  class Plain extends Base {}
  class WithFields extends Base {
    extra = 1
    remake(): unknown {
      // A use of the word is no declaration.
      return this.constructor({})
    }
  }
  class Further extends Plain {}
  for (const module of [Plain, WithFields, Further]) expect(tokensOf(module)).toEqual(tokensOf(Base))
})

test('a subclass with a constructor of its own says itself what is injected', () => {
  class None extends Base {
    constructor() {
      super({}, 1, 2, 3)
    }
  }
  class Fewer extends Base {
    constructor(options: object, @inject(B) b: number) {
      super(options, 1, 2, b)
    }
  }
  expect(tokensOf(None)).toEqual([])
  expect(tokensOf(Fewer)).toEqual([[1, 'B']])
})

test('the constructor that a compiler writes for fields does not count as one', () => {
  // As TypeScript and esbuild write `class X extends Base { extra = 1 }` for targets without class fields.
  const compile = new Function('Base', 'return class X extends Base { constructor() { super(...arguments); this.extra = 1 } }')
  expect(tokensOf(compile(Base))).toEqual(tokensOf(Base))
})
