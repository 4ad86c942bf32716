import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { annotatePaths } from '../config/configPath.js'
import type { Logger } from '../contracts/logger.js'
import { Registry } from '../registry/registry.js'
import { buildFromConfig } from './buildFromConfig.js'
import { inject } from './injection.js'
import { RunContainer } from './runContainer.js'
import { LOGGER } from './tokens.js'

const HOOKS = new Registry<object>('hook')
const schema = v.strictObject({ interval: v.optional(v.number(), 1) })

@HOOKS.registerModule()
class Timer {
  static readonly schema = schema
  constructor(
    readonly options: v.InferOutput<typeof schema>,
    readonly given: unknown,
    @inject(LOGGER) readonly logger: Logger,
  ) {}
}

describe('buildFromConfig', () => {
  test('builds by type, with a container of its own', () => {
    expect(buildFromConfig({ type: 'Timer' }, HOOKS)).toMatchObject({ options: { interval: 1 } })
    expect(buildFromConfig({ type: 'Timer' }, HOOKS)).toBeInstanceOf(Timer)
  })

  test('defaults fill what the config does not say, the type included', () => {
    const config = { interval: 5 }
    expect(buildFromConfig(config, HOOKS, { defaults: { type: 'Timer', interval: 2 } })).toMatchObject({ options: { interval: 5 } })
    expect(buildFromConfig({ type: 'Timer' }, HOOKS, { defaults: { interval: 2 } })).toMatchObject({ options: { interval: 2 } })
    expect(config).toEqual({ interval: 5 })
  })

  test("a run's services and the caller's arguments reach the constructor", () => {
    const container = new RunContainer()
    const logger: Logger = { debug() {}, info() {}, warning() {}, error() {} }
    container.bind(LOGGER, logger)
    expect(buildFromConfig({ type: 'Timer' }, HOOKS, { builder: container, args: ['x'] })).toMatchObject({ given: 'x', logger })
  })

  test('errors name the place, with defaults too', () => {
    const config = { hook: { intervall: 5 } }
    annotatePaths(config)
    expect(() => buildFromConfig(config.hook, HOOKS, { defaults: { type: 'Timer' } })).toThrow(
      /^hook\.intervall: Timer has no option 'intervall'/,
    )
    expect(() => buildFromConfig(config.hook, HOOKS)).toThrow(/^hook: a hook config needs a 'type'/)
  })
})
