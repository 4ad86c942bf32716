// reflect-metadata has to be there before any decorator runs; this module is the one place that loads it.
import 'reflect-metadata'
import { inject as inversifyInject } from 'inversify'
import type { Token } from './tokens.js'

const TOKENS_BY_CLASS = new WeakMap<object, Map<number, Token<unknown>>>()

/**
 * `constructor(options: Options, @inject(LOGGER) private readonly logger: Logger)`: asks the run's container for a service.
 * The token is always explicit, so no runner needs to emit decorator metadata.
 */
export function inject<T>(token: Token<T>): ParameterDecorator {
  const decorate = inversifyInject(token)
  return (target, propertyKey, parameterIndex) => {
    decorate(target, propertyKey, parameterIndex)
    const tokens = TOKENS_BY_CLASS.get(target) ?? new Map<number, Token<unknown>>()
    tokens.set(parameterIndex, token)
    TOKENS_BY_CLASS.set(target, tokens)
  }
}

/** Which constructor parameters of a class are services; a subclass without a constructor of its own has its parent's. */
export function injectedTokens(module: abstract new (...args: never[]) => unknown): ReadonlyMap<number, Token<unknown>> {
  for (let current: unknown = module; typeof current === 'function'; current = Object.getPrototypeOf(current)) {
    const tokens = TOKENS_BY_CLASS.get(current)
    if (tokens !== undefined) return tokens
    if (declaresConstructor(current)) break
  }
  return new Map()
}

/**
 * Whether a class has a constructor of its own, which then says itself what is injected. Besides the decorators, the source text is
 * the only trace of one. What compilers write for a class without one (`constructor() { super(...arguments) … }`) does not count,
 * nor does a use of `this.constructor(…)`.
 */
function declaresConstructor(module: object): boolean {
  const source = Function.prototype.toString.call(module)
  const declared = /(?<![.\w$])constructor\s*\(([\s\S]*)/.exec(source)
  return declared !== null && !/^\s*\)\s*\{\s*super\(\.\.\.arguments\)/.test(declared[1] ?? '')
}
