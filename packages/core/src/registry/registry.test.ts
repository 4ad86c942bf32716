import { describe, expect, test } from '@jest/globals'
import { Registry } from './registry.js'
import { isKnownScope, ROOT_REGISTRIES } from './root.js'

class A {}
class B {}

function family(): { root: Registry<object>; vision: Registry<object>; deep: Registry<object>; audio: Registry<object> } {
  const root = new Registry<object>('model')
  const vision = new Registry<object>('model', { parent: root, scope: 'vision' })
  const deep = new Registry<object>('model', { parent: vision, scope: 'deep' })
  const audio = new Registry<object>('model', { parent: root, scope: 'audio' })
  return { root, vision, deep, audio }
}

describe('registerModule', () => {
  test('decorates a class under its own name, and gives the class back', () => {
    const registry = new Registry<object>('model')
    @registry.registerModule()
    class Net {}
    expect(registry.get('Net')?.module).toBe(Net)
    expect([registry.size, registry.list(), registry.has('Net'), registry.has('Nets')]).toEqual([1, ['Net'], true, false])
  })

  test('takes a name, aliases, and a class by call', () => {
    const registry = new Registry<object>('model')
    registry.registerModule({ name: 'X' })(A)
    registry.registerModule({ name: ['Y', 'Z'], module: B })
    expect(registry.list()).toEqual(['X', 'Y', 'Z'])
    expect(registry.get('Y')?.module).toBe(registry.get('Z')?.module)
    expect(registry.has('A')).toBe(false)
  })

  test('the same class twice is nothing new; another under the name is an error that leaves things as they were', () => {
    const registry = new Registry<object>('model')
    registry.registerModule({ module: A })
    registry.registerModule({ module: A })
    expect(() => registry.registerModule({ module: B, name: ['New', 'A'] })).toThrow(
      expect.objectContaining({
        code: 'DUPLICATE_TYPE',
        message: expect.stringMatching(/'A' is already registered in tessera::model; got 'another class B'.*force/),
      }),
    )
    expect(registry.list()).toEqual(['A'])
    registry.registerModule({ module: B, name: 'A', force: true })
    expect(registry.get('A')?.module).toBe(B)
  })

  test.each<[string, unknown, string | string[] | undefined, RegExp]>([
    ['an arrow function', () => 1, undefined, /model\.registerModule takes a class; got a function/],
    ['a string', 'A', undefined, /takes a class; got 'A'/],
    ['a class without a name', class {}, '', /an anonymous class needs a name/],
    ['no names at all', A, [], /an empty list of names/],
  ])('%s is an error', (_what, module, name, message) => {
    const registry = new Registry<object>('model')
    expect(() => registry.registerModule(name === undefined ? {} : { name })(module as typeof A)).toThrow(
      expect.objectContaining({ code: 'INVALID_REGISTRATION', message: expect.stringMatching(message) }),
    )
    expect(registry.size).toBe(0)
  })

  test('an abstract or old-style constructor function will do', () => {
    function Old(this: { x: number }): void {
      this.x = 1
    }
    const registry = new Registry<object>('model')
    registry.registerModule()(Old as unknown as typeof A)
    expect(registry.has('Old')).toBe(true)
  })

  test('a key that every object inherits is not a name that is taken', () => {
    const registry = new Registry<object>('model')
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(registry.has(name)).toBe(false)
      registry.registerModule({ name, module: A })
      expect(registry.get(name)?.module).toBe(A)
    }
  })
})

describe('get', () => {
  test('own names first, then the ancestors; scope.Name finds another branch', () => {
    const { root, vision, deep, audio } = family()
    class RootNet {}
    class VisionNet {}
    class DeepNet {}
    class AudioNet {}
    root.registerModule({ name: 'Net', module: RootNet })
    root.registerModule({ module: RootNet })
    vision.registerModule({ name: 'Net', module: VisionNet })
    deep.registerModule({ module: DeepNet })
    audio.registerModule({ name: 'Net', module: AudioNet })
    const found = (registry: Registry<object>, type: string): unknown => registry.get(type)?.module
    expect(found(root, 'Net')).toBe(RootNet)
    expect(found(vision, 'Net')).toBe(VisionNet)
    expect(found(deep, 'Net')).toBe(VisionNet)
    expect(found(deep, 'RootNet')).toBe(RootNet)
    expect(found(root, 'DeepNet')).toBeUndefined()
    expect(found(root, 'deep.DeepNet')).toBe(DeepNet)
    expect(found(deep, 'audio.Net')).toBe(AudioNet)
    expect(found(audio, 'tessera.Net')).toBe(RootNet)
    expect(found(vision, 'vision.Net')).toBe(VisionNet)
    expect(found(root, 'nowhere.Net')).toBeUndefined()
    expect(found(root, '.Net')).toBeUndefined()
    expect([deep.root, root.root]).toEqual([root, root])
  })

  test('the names that Python recipes hold mean the class that they end in, whatever module it stands in there', () => {
    const { root, vision } = family()
    root.registerModule({ name: 'Net', module: A })
    root.registerModule({ name: 'torchvision/Resize', module: B })
    for (const type of ['mmpretrain.Net', 'mmpretrain.models.backbones.Net', 'torch.optim.net.Net', 'mmengine.Net']) {
      expect(root.get(type)?.module).toBe(A)
      expect(vision.get(type)?.module).toBe(A)
    }
    expect(root.get('torchvision/Resize')?.module).toBe(B)
    expect([root.has('mmpretrain.Nets'), root.has('mmdet.Net'), root.has('os.path.Net')]).toEqual([false, false, false])
  })

  test('a scope is known wherever its registry hangs', () => {
    const { root, vision, deep, audio } = family()
    expect([root.inScope('deep'), audio.inScope('deep'), deep.inScope('tessera')]).toEqual([deep, deep, root])
    expect([vision.inScope(undefined), vision.inScope('nowhere'), vision.inScope('mmpretrain')]).toEqual([vision, vision, vision])
    expect(['deep', 'tessera', 'mmengine', 'nowhere'].map((scope) => audio.hasScope(scope))).toEqual([true, true, true, false])
    expect(isKnownScope('mmpretrain')).toBe(true)
    expect(isKnownScope('nowhere')).toBe(false)
  })

  test('walk gives every entry of a registry and of all below it', () => {
    const { root, vision, deep } = family()
    root.registerModule({ name: ['N', 'M'], module: A })
    deep.registerModule({ name: 'D', module: B })
    vision.registerModule({ name: 'V', module: B })
    expect([...root.walk()].map(({ registry, entry }) => `${registry.scope}.${entry.name}`)).toEqual([
      'tessera.M',
      'tessera.N',
      'vision.V',
      'deep.D',
    ])
    expect([...deep.walk()].map(({ entry }) => entry)).toEqual([{ name: 'D', module: B }])
  })

  test('a second child of one scope is an error', () => {
    const { root } = family()
    expect(() => new Registry('model', { parent: root, scope: 'audio' })).toThrow(/already has a child of scope 'audio'/)
  })
})

describe('resolve', () => {
  test('names the place, the nearest names of the whole family, and what to do', () => {
    const { root, audio } = family()
    class VisionTransformer {}
    root.registerModule({ module: VisionTransformer })
    audio.registerModule({ name: 'Conformer', module: A })
    expect(() => root.resolve('VisionTransformr', 'model.backbone')).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_TYPE',
        message:
          "model.backbone: no model is registered under this name; got 'VisionTransformr', expected one of 2 in tessera::model. Did you mean 'VisionTransformer'? A component of your own must be imported by the config (or named in `custom_imports`).",
      }),
    )
    expect(() => root.resolve('audio.Conformr')).toThrow(/Did you mean 'audio\.Conformer'/)
  })

  test('an empty registry says what is missing', () => {
    expect(() => new Registry('hook').resolve('Timer')).toThrow(/nothing is registered: import the package that provides it/)
  })
})

test("the root registries have MMEngine's names, one token each", () => {
  expect(Object.keys(ROOT_REGISTRIES)).toEqual(
    expect.arrayContaining(['MODELS', 'OPTIMIZERS', 'OPTIM_WRAPPER_CONSTRUCTORS', 'HOOKS', 'METRICS']),
  )
  expect(new Set(Object.values(ROOT_REGISTRIES).map((registry) => registry.token)).size).toBe(Object.keys(ROOT_REGISTRIES).length)
})
