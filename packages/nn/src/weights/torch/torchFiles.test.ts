import { describe, expect, test } from '@jest/globals'
import { goldenBytes } from '../../testing/goldenFile.js'
import { dict, global, int, pickle, raw, reduce, storage, tensor, text, torchZip } from '../../testing/pickleText.js'
import { bytesSource } from '../byteSource.js'
import { toFloat32 } from '../dtype.js'
import { openSource } from '../openWeights.js'
import { readSafetensors } from '../safetensors.js'

const open = (bytes: Uint8Array, options = {}) => openSource(bytesSource(bytes, 'x.pth'), options)
const valuesOf = (bytes: Uint8Array, name: string) => Array.from(toFloat32(open(bytes).read(name)))

describe('checkpoints of the real MMEngine', () => {
  const expected = readSafetensors(goldenBytes('state_dict.safetensors')).tensors

  test.each([
    ['tiny_vit_iter_2.pth', 'PyTorch zip'],
    ['tiny_vit_iter_2_legacy.pth', 'PyTorch legacy'],
  ])('%s: every tensor bit for bit, its Python objects inert and listed', (name, format) => {
    const file = open(goldenBytes(name))
    expect(file.format).toBe(format)
    expect([...file.entries.keys()]).toEqual([...expected.keys()].sort((a, b) => order(file).indexOf(a) - order(file).indexOf(b)))
    expect(file.entries.size).toBe(expected.size)
    for (const [key, tensor] of expected) {
      const got = file.read(key)
      expect([got.dtype, got.shape]).toEqual([tensor.dtype, tensor.shape])
      expect(Buffer.compare(Buffer.from(got.data.buffer), Buffer.from(tensor.data.buffer))).toBe(0)
    }
    expect(file.globals).toEqual(['mmengine.logging.history_buffer.HistoryBuffer', '__builtin__.getattr'])
    expect(file.refused.size).toBe(0)
  })

  const order = (file: { entries: ReadonlyMap<string, unknown> }) => [...file.entries.keys()]
})

describe('what real files look like', () => {
  test.each([
    ['bare', dict(['w', tensor()])],
    [
      'under state_dict, as an OrderedDict with attributes',
      dict(['state_dict', `${reduce('collections', 'OrderedDict')}(${text('w')}${tensor()}u}(${text('_metadata')}}ub`]),
    ],
    ['under model', dict(['epoch', int(3)], ['model', dict(['w', tensor()])])],
    [
      'argparse.Namespace beside it',
      dict(['args', `${`cargparse\nNamespace\n)\x81`}${dict(['lr', int(1)])}b`], ['model', dict(['w', tensor()])]),
    ],
    [
      'a date beside it',
      dict(
        ['when', reduce('datetime', 'datetime', 'C\x0a\x07\xe8\x01\x01\x00\x00\x00\x00\x00\x00')],
        ['state_dict', dict(['w', tensor()])],
      ),
    ],
    ['integer keys beside it', `}(K\x01${text('x')}${text('state_dict')}${dict(['w', tensor()])}u`],
    [
      'Lightning: hyper-parameters of omegaconf, callbacks, loops',
      dict(
        ['pytorch-lightning_version', text('2.4.0')],
        [
          'hyper_parameters',
          `${`comegaconf.dictconfig\nDictConfig\n)\x81`}${dict(['_metadata', `${`comegaconf.base\nContainerMetadata\n)\x81`}${dict(['ref_type', global('typing', 'Any')])}b`], ['_content', dict(['lr', int(1)])])}b`,
        ],
        ['callbacks', dict(['EarlyStopping', dict(['best_score', tensor()])])],
        ['loops', dict(['fit_loop', dict()])],
        ['state_dict', dict(['w', tensor()])],
      ),
    ],
    [
      'MMEngine: meta, message_hub, an EMA and an optimizer with integer keys',
      dict(
        ['meta', dict(['mmengine_version', text('0.10.7')], ['time', text('20261124')])],
        ['message_hub', dict(['log_scalars', reduce('mmengine.logging.history_buffer', 'HistoryBuffer')])],
        ['optimizer', dict(['state', `}(K\x00${dict(['exp_avg', tensor()])}u`], ['param_groups', ']'])],
        ['ema_state_dict', dict(['steps', tensor({ size: [], stride: [] })], ['module.w', tensor()])],
        ['state_dict', dict(['w', tensor()])],
      ),
    ],
    [
      'a date beside it, with a time zone',
      dict(
        ['when', reduce('datetime', 'timezone', reduce('datetime', 'timedelta', int(0), int(3600)))],
        ['state_dict', dict(['w', tensor()])],
      ),
    ],
    ['a Parameter', dict(['w', reduce('torch._utils', '_rebuild_parameter', tensor(), '\x88', reduce('collections', 'OrderedDict'))])],
  ])('%s', (_, body) => {
    const file = open(torchZip(body))
    expect([...file.entries.keys()]).toEqual(['w'])
    expect(valuesOf(torchZip(body), 'w')).toEqual([1, 2, 3, 4])
  })

  test('views: transposed, offset, repeated, empty, a scalar', () => {
    const body = dict(
      ['t', tensor({ stride: [1, 2] })],
      ['tail', tensor({ offset: int(2), size: [2], stride: [1] })],
      ['row', tensor({ size: [3, 2], stride: [0, 1] })],
      ['none', tensor({ size: [0, 7], stride: [7, 1] })],
      ['scalar', tensor({ offset: int(3), size: [], stride: [] })],
    )
    expect(['t', 'tail', 'row', 'none', 'scalar'].map((name) => valuesOf(torchZip(body), name))).toEqual([
      [1, 3, 2, 4],
      [3, 4],
      [1, 2, 1, 2, 1, 2],
      [],
      [4],
    ])
  })

  test.each([
    ['DoubleStorage', 2, [2.000000473111868, 512.0001225471497]],
    ['LongStorage', 2, [Number(4611686019492741120n), Number(4647714816524288000n)]],
    ['HalfStorage', 8, [0, 1.875, 0, 2, 0, 2.125, 0, 2.25]],
    ['BFloat16Storage', 8, [0, 1, 0, 2, 0, 3, 0, 4]],
    ['ByteStorage', 16, [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64]],
  ])('a %s', (kind, count, expected) => {
    const values = valuesOf(torchZip(dict(['w', tensor({ kind, count, size: [count], stride: [1] })])), 'w')
    expect(values).toEqual(expected.map(Math.fround))
  })

  test('two names of one storage are two copies', () => {
    const file = open(torchZip(dict(['a', tensor()], ['b', tensor()])))
    const [a, b] = [file.read('a').data, file.read('b').data]
    a[0] = 9
    expect([Array.from(b as Float32Array), Array.from(file.read('a').data as Float32Array)]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ])
  })

  test('an entry that is no readable tensor is told by name, and is an error only when it is read', () => {
    const quantized = reduce('torch._utils', '_rebuild_qtensor', storage({ kind: 'QInt8Storage', count: 16 }))
    const strange = reduce('os', 'system', tensor())
    const file = open(torchZip(dict(['w', tensor()], ['q', quantized], ['s', strange], ['n', 'N'])))
    expect([...file.refused]).toEqual([
      ['q', 'a quantized tensor'],
      ['s', 'an object of os.system'],
      ['n', 'None'],
    ])
    expect(() => file.read('s')).toThrow(/x\.pth: s: this entry cannot be read: an object of os\.system/)
    expect(file.globals).toEqual(['os.system'])
  })

  test.each([
    [tensor(), /one tensor/],
    [`]${tensor()}a`, /a list, no state dict/],
    [dict(['epoch', int(3)], ['optimizer', dict()]), /no state dict in it; it holds epoch \(a number\), optimizer \(a dict\)/],
    [`cmy.model\nNet\n)\x81${dict(['w', tensor()])}b`, /an object of my\.model\.Net, a whole object.*save model\.state_dict/],
  ])('no state dict %#', (body, message) => expect(() => open(torchZip(body))).toThrow(message))

  test('a key of one’s own', () => {
    const body = dict(['ema', dict(['w', tensor()])], ['state_dict', dict(['v', tensor()])])
    expect([...open(torchZip(body), { key: 'ema' }).entries.keys()]).toEqual(['w'])
    expect(() => open(torchZip(body), { key: 'swa' })).toThrow(/no state dict 'swa'.*ema \(a dict\)/)
  })
})

describe('legacy files', () => {
  const u8 = (value: number) => String.fromCharCode(value)
  const magic = `\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.`
  const head = `${magic}\x80\x02M\xe9\x03.${pickle(dict(['protocol_version', 'M\xe9\x03'], ['little_endian', '\x88']))}`
  const count = `${u8(4)}${u8(0).repeat(7)}`
  const floats = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer).toString('latin1')
  const file = (body: string, keys = `]${text('0')}a`, data = count + floats) => raw(head + pickle(body) + pickle(keys) + data)

  test('is read', () => expect(valuesOf(file(dict(['w', tensor()])), 'w')).toEqual([1, 2, 3, 4]))

  test.each([
    ['another count', file(dict(['w', tensor()]), undefined, `${u8(5)}${u8(0).repeat(7)}${floats}`), /has 5 elements and should have 4/],
    ['cut', file(dict(['w', tensor()])).subarray(0, -1), /ends inside the storage '0'/],
    ['more behind', file(dict(['w', tensor()]), undefined, `${count}${floats}x`), /goes on behind its last storage/],
    ['no key', file(dict(['w', tensor()]), ']', ''), /storage '0' is missing/],
    ['a key twice', file(dict(['w', tensor()]), `](${text('0')}${text('0')}e`, (count + floats).repeat(2)), /twice/],
    ['a foreign key', file(dict(['w', tensor()]), `]${text('1')}a`), /one that no tensor uses/],
    ['big-endian', raw(`${magic}\x80\x02M\xe9\x03.${pickle(dict(['little_endian', '\x89']))}`), /little-endian/],
    ['no torch.save', raw(pickle(dict(['w', int(1)]))), /not one of torch\.save/],
    ['another protocol', raw(`${magic}\x80\x02M\xea\x03.`), /protocol 1002/],
  ])('refused: %s', (_, bytes, message) => expect(() => open(bytes)).toThrow(message))
})

test('a state dict whose keys are Object’s own names changes nothing', () => {
  const body = dict(['__proto__', tensor()], ['constructor', tensor()], ['toString', tensor()])
  const file = open(torchZip(body))
  expect([...file.entries.keys()]).toEqual(['__proto__', 'constructor', 'toString'])
  expect(valuesOf(torchZip(body), '__proto__')).toEqual([1, 2, 3, 4])
  expect(Object.keys(Object.prototype)).toEqual([])
})
