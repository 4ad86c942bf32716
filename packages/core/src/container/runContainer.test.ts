import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { checkConfig } from '../config/checkConfig.js'
import { annotatePaths, configPath } from '../config/configPath.js'
import { type Logger, SILENT_LOGGER } from '../contracts/logger.js'
import { type Builder, Registry } from '../registry/registry.js'
import { inject } from './injection.js'
import { RunContainer } from './runContainer.js'
import { BUILDER, CONFIG, createToken, LOGGER } from './tokens.js'

const CLOCK = createToken<{ now: number }>('CLOCK')
const PARTS = new Registry<object>('part')

const leafSchema = v.strictObject({ size: v.optional(v.number(), 3), constructor: v.optional(v.string(), 'none') })

@PARTS.registerModule()
class Leaf {
  static readonly schema = leafSchema
  constructor(
    readonly options: v.InferOutput<typeof leafSchema>,
    readonly first?: unknown,
    readonly second?: unknown,
  ) {}
}

@PARTS.registerModule()
class Timed {
  constructor(
    readonly options: object,
    @inject(CLOCK) readonly clock: { now: number },
    readonly given: unknown,
    @inject(LOGGER) readonly logger: Logger,
  ) {}
}

@PARTS.registerModule()
class Tree {
  static readonly schema = v.strictObject({ leaf: v.custom<object>((value) => typeof value === 'object') })
  readonly leaf: object
  constructor(options: { leaf: object }, @inject(BUILDER) builder: Builder) {
    this.leaf = builder.build(PARTS, options.leaf)
  }
}

function timedContainer(now = 1): RunContainer {
  const container = new RunContainer()
  container.bind(CLOCK, { now })
  return container
}

describe('build', () => {
  test('gives the constructor its options with defaults, then the arguments', () => {
    const leaf = new RunContainer().build(PARTS, { type: 'Leaf', size: 5 }, 'a', 'b')
    expect(leaf).toBeInstanceOf(Leaf)
    expect(leaf).toMatchObject({ options: { size: 5 }, first: 'a', second: 'b' })
  })

  test("an inherited 'constructor' is not an option that was given", () => {
    const leaf = new RunContainer().build(PARTS, { type: 'Leaf' }) as Leaf
    expect(leaf.options).toEqual({ size: 3, constructor: 'none' })
  })

  test('a new object each time, and the config stays as it is', () => {
    const config = Object.freeze({ type: 'Leaf', size: 1 })
    const container = new RunContainer()
    expect(container.build(PARTS, config)).not.toBe(container.build(PARTS, config))
    expect(config).toEqual({ type: 'Leaf', size: 1 })
  })

  test('services stand where they were asked for, arguments fill the rest in order', () => {
    const timed = timedContainer(7).build(PARTS, { type: 'Timed' }, 'x') as Timed
    expect([timed.clock.now, timed.given, timed.logger]).toEqual([7, 'x', SILENT_LOGGER])
  })

  test('parts of parts are built by the same run, and know their place', () => {
    const config = { tree: { type: 'Tree', leaf: { type: 'Leaf', sise: 1 } } }
    annotatePaths(config)
    expect(() => new RunContainer().build(PARTS, config.tree)).toThrow(
      /^tree\.leaf\.sise: Leaf has no option 'sise'.*Did you mean 'size'\?$/,
    )
    annotatePaths({ tree: { type: 'Tree', leaf: { type: 'Laef' } } })
    expect(() => new RunContainer().build(PARTS, { type: 'Laef' })).toThrow(/Did you mean 'Leaf'/)
  })

  test("a component's parsed options keep their place", () => {
    const config = { part: { type: 'Tree', leaf: { type: 'Leaf' } } }
    annotatePaths(config)
    const seen: (string | undefined)[] = []
    class Watcher {
      static readonly schema = Tree.schema
      constructor(options: { leaf: object }) {
        seen.push(configPath(options), configPath(options.leaf))
      }
    }
    const container = new RunContainer()
    container.rebind(PARTS, 'Tree', Watcher)
    container.build(PARTS, config.part)
    expect(seen).toEqual(['part', 'part.leaf'])
  })

  test('a class given as type is that very class, registered or not, services included', () => {
    class Leaf2 {
      constructor(
        readonly options: object,
        @inject(LOGGER) readonly logger: Logger,
      ) {}
    }
    Object.defineProperty(Leaf2, 'name', { value: 'Leaf' })
    const built = new RunContainer().build(PARTS, { type: Leaf2 })
    expect(built).toBeInstanceOf(Leaf2)
    expect(built).toMatchObject({ logger: SILENT_LOGGER })
  })

  test.each<[string, object, RegExp]>([
    ['no type', { size: 1 }, /^a part config needs a 'type'; got \{"size":1\}\. Known: Leaf, Timed, Tree\.$/],
    ['a type of another kind', { type: 3 }, /needs a 'type'/],
    ['an arrow function as type', { type: () => 1 }, /needs a 'type'/],
    ['an inherited type', Object.create({ type: 'Leaf' }), /needs a 'type'/],
    [
      'options for a class that declares none',
      { type: 'Timed', x: 1 },
      /Timed has no option 'x'; expected no options at all\. The class declares no `static schema`\./,
    ],
  ])('%s is an error', (_what, config, message) => {
    expect(() => timedContainer().build(PARTS, config)).toThrow(message)
  })
})

describe('services', () => {
  test('a run has its config, a builder and a silent logger from the start', () => {
    const config = { seed: 1 }
    const container = new RunContainer(config)
    expect(container.get(CONFIG)).toBe(config)
    expect(container.get(BUILDER)).toBe(container)
    expect(container.get(LOGGER)).toBe(SILENT_LOGGER)
    expect([container.has(LOGGER), container.has(CLOCK)]).toEqual([true, false])
  })

  test('one that is missing is an error that names it and who asks', () => {
    expect(() => new RunContainer().get(CLOCK)).toThrow(
      expect.objectContaining({ code: 'MISSING_SERVICE', message: expect.stringMatching(/got 'CLOCK'/) }),
    )
    const config = { part: { type: 'Timed' } }
    annotatePaths(config)
    expect(() => new RunContainer().build(PARTS, config.part)).toThrow(
      /^part: Timed asks for a service that this run does not provide; got 'CLOCK'/,
    )
  })

  test('once it is there, what needed it is built', () => {
    const container = new RunContainer()
    expect(() => container.build(PARTS, { type: 'Timed' })).toThrow()
    container.bind(CLOCK, { now: 2 })
    expect((container.build(PARTS, { type: 'Timed' }) as Timed).clock.now).toBe(2)
  })

  test('a service that is bound again replaces the first in what is built from then on', () => {
    const container = timedContainer(1)
    const before = container.build(PARTS, { type: 'Timed' }) as Timed
    container.bind(CLOCK, { now: 2 })
    const after = container.build(PARTS, { type: 'Timed' }) as Timed
    expect([before.clock.now, after.clock.now]).toEqual([1, 2])
  })

  test('after dispose nothing is provided', () => {
    const container = timedContainer()
    container.build(PARTS, { type: 'Timed' })
    container.dispose()
    expect(container.has(CLOCK)).toBe(false)
    expect(() => container.build(PARTS, { type: 'Timed' })).toThrow(expect.objectContaining({ code: 'MISSING_SERVICE' }))
  })
})

describe('two runs', () => {
  test('share no services', () => {
    const [first, second] = [timedContainer(1), timedContainer(2)]
    expect((first.build(PARTS, { type: 'Timed' }) as Timed).clock.now).toBe(1)
    expect((second.build(PARTS, { type: 'Timed' }) as Timed).clock.now).toBe(2)
  })

  test('rebinding a name holds in one run, before or after its first use, and any number of times', () => {
    class Other {}
    class Third {
      constructor(
        readonly options: object,
        @inject(LOGGER) readonly logger: Logger,
      ) {}
    }
    const [first, second] = [new RunContainer(), new RunContainer()]
    first.build(PARTS, { type: 'Leaf' })
    first.rebind(PARTS, 'Leaf', Other)
    expect(first.build(PARTS, { type: 'Leaf' })).toBeInstanceOf(Other)
    first.rebind(PARTS, 'Leaf', Third)
    expect(first.build(PARTS, { type: 'Leaf' })).toMatchObject({ logger: SILENT_LOGGER })
    first.rebind(PARTS, 'NotRegistered', Other)
    expect(first.build(PARTS, { type: 'NotRegistered' })).toBeInstanceOf(Other)
    expect(second.build(PARTS, { type: 'Leaf' })).toBeInstanceOf(Leaf)
    expect(() => second.build(PARTS, { type: 'NotRegistered' })).toThrow(expect.objectContaining({ code: 'UNKNOWN_TYPE' }))
  })
})

describe('scopes', () => {
  const NETS = new Registry<object>('net')
  const VISION = new Registry<object>('net', { parent: NETS, scope: 'vision' })
  const AUDIO = new Registry<object>('net', { parent: NETS, scope: 'audio' })

  class RootNet {}
  class VisionNet {}
  class AudioNet {}
  class Pair {
    static readonly schema = v.strictObject({ parts: v.array(v.custom<object>((value) => typeof value === 'object')) })
    readonly parts: object[]
    constructor(
      options: { parts: object[] },
      @inject(BUILDER) builder: Builder,
      @inject(LOGGER) readonly logger: Logger,
    ) {
      this.parts = options.parts.map((part) => builder.build(NETS, part))
    }
  }
  NETS.registerModule({ name: 'Net', module: RootNet })
  NETS.registerModule({ module: Pair })
  NETS.registerModule({ name: 'OnlyRoot', module: RootNet })
  VISION.registerModule({ name: 'Net', module: VisionNet })
  AUDIO.registerModule({ name: 'Net', module: AudioNet })

  test("the run's default scope is looked into first, then the root", () => {
    const container = new RunContainer({ default_scope: 'vision' })
    expect(container.build(NETS, { type: 'Net' })).toBeInstanceOf(VisionNet)
    expect(container.build(NETS, { type: 'audio.Net' })).toBeInstanceOf(AudioNet)
    expect(container.build(NETS, { type: 'OnlyRoot' })).toBeInstanceOf(RootNet)
    expect(container.build(NETS, { type: 'tessera.Net' })).toBeInstanceOf(RootNet)
  })

  test.each([undefined, null, 'nowhere', 'mmpretrain', 3])('default_scope %s: names are looked up as they are', (scope) => {
    expect(new RunContainer({ default_scope: scope }).build(NETS, { type: 'Net' })).toBeInstanceOf(RootNet)
  })

  test('two runs have each their own default scope', () => {
    const [first, second] = [new RunContainer({ default_scope: 'vision' }), new RunContainer({ default_scope: 'audio' })]
    expect(first.build(NETS, { type: 'Net' })).toBeInstanceOf(VisionNet)
    expect(second.build(NETS, { type: 'Net' })).toBeInstanceOf(AudioNet)
  })

  test('_scope_ holds for a component and what it builds, and is no option', () => {
    const container = new RunContainer()
    const config = {
      _scope_: 'vision',
      type: 'Pair',
      parts: [
        { type: 'Net' },
        { type: 'audio.Net' },
        { type: 'Pair', _scope_: 'audio', parts: [{ type: 'Net' }] },
        { type: 'Net', _scope_: 'nowhere' },
      ],
    }
    const pair = container.build(NETS, config) as Pair
    expect(pair.parts.slice(0, 2).map((part) => part.constructor)).toEqual([VisionNet, AudioNet])
    expect((pair.parts[2] as Pair).parts[0]).toBeInstanceOf(AudioNet)
    expect(pair.parts[3]).toBeInstanceOf(RootNet)
    expect(pair.logger).toBe(SILENT_LOGGER)
    expect(container.build(NETS, { type: 'Net' })).toBeInstanceOf(RootNet)
  })
})

test('what a component was given cannot be changed by it or by another', () => {
  const config = checkConfig({ model: { type: 'Holder', part: { type: 'Leaf', sizes: [1, 2] } } })
  const taken: { part: { sizes: number[] } }[] = []
  class Holder {
    static readonly schema = v.strictObject({ part: v.custom<object>((value) => typeof value === 'object') })
    constructor(options: { part: { sizes: number[] } }) {
      taken.push(options)
    }
  }
  const container = new RunContainer(config)
  container.rebind(PARTS, 'Holder', Holder)
  container.build(PARTS, config.model ?? {})
  container.build(PARTS, config.model ?? {})
  const [first, second] = taken
  if (first === undefined || second === undefined) throw new Error('not built')
  expect(() => first.part.sizes.push(3)).toThrow(TypeError)
  first.part = { sizes: [] }
  expect(second.part).toEqual({ type: 'Leaf', sizes: [1, 2] })
  expect(config.model).toEqual({ type: 'Holder', part: { type: 'Leaf', sizes: [1, 2] } })
})
