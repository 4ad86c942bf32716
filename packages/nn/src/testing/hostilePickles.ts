import { dict, global, int, pickle, raw, reduce, storage, storagePart, tensor, text, torchZip, tuple } from './pickleText.js'
import { zipBytes } from './zipBytes.js'

/** A file made to harm whoever reads it. `inert`: its tensor `w` is good and must come out exact; else it must be refused with `message`. */
export interface HostileSample {
  readonly name: string
  readonly bytes: Uint8Array
  readonly inert?: true
  readonly message?: RegExp
}

const beside = (name: string, body: string): HostileSample => ({
  name,
  bytes: torchZip(dict(['evil', body], ['w', tensor()])),
  inert: true,
})
const refused = (name: string, body: string, message: RegExp): HostileSample => ({ name, bytes: torchZip(body), message })
const evil = (name: string, body: string, message: RegExp) => refused(name, dict(['evil', body], ['w', tensor()]), message)

/** Names that run something when Python loads them. */
const DANGEROUS: readonly (readonly [string, string, ...string[]])[] = [
  ['os', 'system', text('touch /tmp/owned')],
  ['posix', 'system', text('id')],
  ['nt', 'system', text('id')],
  ['subprocess', 'Popen', text('id')],
  ['subprocess', 'check_output', text('id')],
  ['builtins', 'eval', text('1')],
  ['builtins', 'exec', text('1')],
  ['__builtin__', 'eval', text('1')],
  ['builtins', 'getattr', text('x'), text('y')],
  ['builtins', '__import__', text('os')],
  ['builtins', 'compile', text('1'), text('x'), text('eval')],
  ['builtins', 'open', text('/etc/passwd')],
  ['builtins', 'breakpoint'],
  ['importlib', 'import_module', text('os')],
  ['marshal', 'loads', 'C\x01x'],
  ['runpy', 'run_path', text('x.py')],
  ['pydoc', 'locate', text('os.system')],
  ['pydoc', 'pipepager', text('x'), text('id')],
  ['code', 'InteractiveInterpreter'],
  ['ctypes', 'CDLL', text('libc.so.6')],
  ['cProfile', 'run', text('1')],
  ['profile', 'run', text('1')],
  ['pdb', 'run', text('1')],
  ['timeit', 'timeit', text('1')],
  ['trace', 'Trace'],
  ['bdb', 'Bdb'],
  ['multiprocessing', 'Process'],
  ['multiprocessing.util', 'spawnv_passfds', text('/bin/sh'), tuple(), tuple()],
  ['asyncio.unix_events', '_UnixSubprocessTransport._start'],
  ['asyncio', 'create_subprocess_shell', text('id')],
  ['uuid', '_get_command_stdout', text('id')],
  ['_aix_support', '_read_cmd_output', text('id')],
  ['_osx_support', '_read_output', text('id')],
  ['distutils.file_util', 'write_file', text('x'), tuple()],
  ['distutils.spawn', 'spawn', tuple()],
  ['numpy.f2py.crackfortran', 'getlincoef', text('1'), tuple()],
  ['numpy.testing._private.utils', 'runstring', text('1'), dict()],
  ['torch.utils.collect_env', 'run', text('id')],
  ['torch.utils.bottleneck.__main__', 'run_cprofile', text('1'), dict()],
  ['torch.storage', '_load_from_bytes', 'C\x01x'],
  ['torch.serialization', 'load', text('x')],
  ['torch.hub', 'load', text('x'), text('y')],
  ['torch._dynamo.guards', 'GuardBuilder.get', text('1')],
  ['torch.jit', 'CompilationUnit', text('x')],
  ['pandas', 'read_pickle', text('http://127.0.0.1/x')],
  ['pandas.io.parsers', 'read_csv', text('http://127.0.0.1/x')],
  ['joblib', 'load', text('x')],
  ['dill', 'loads', 'C\x01x'],
  ['pickle', 'loads', 'C\x01x'],
  ['operator', 'methodcaller', text('system')],
  ['operator', 'attrgetter', text('system')],
  ['functools', 'partial', global('os', 'system')],
  ['pty', 'spawn', text('/bin/sh')],
  ['webbrowser', 'open', text('http://127.0.0.1/')],
  ['urllib.request', 'urlopen', text('http://127.0.0.1/')],
  ['requests', 'get', text('http://127.0.0.1/')],
  ['socket', 'socket'],
  ['shutil', 'rmtree', text('/tmp/x')],
  ['smtplib', 'SMTP', text('127.0.0.1')],
  ['http.client', 'HTTPSConnection', text('127.0.0.1')],
  ['sys', 'exit'],
  ['types', 'FunctionType'],
  ['lib2to3.pgen2.pgen', 'ParserGenerator', text('/etc/passwd')],
  ['idlelib.pyshell', 'ModifiedInterpreter'],
  ['ensurepip', '_run_pip', tuple()],
  ['venv', 'create', text('/tmp/x')],
  ['picklescan', 'scanner.disable'],
  ['logging.config', '_resolve', text('os.system')],
  // Names that Python 2 had, which Python 3's unpickler maps to its own.
  ['commands', 'getoutput', text('id')],
  ['copy_reg', '_reconstructor', global('os', 'system'), global('__builtin__', 'object'), 'N'],
  ['UserDict', 'IterableUserDict'],
  ['urllib2', 'urlopen', text('http://127.0.0.1/')],
  // A dotted name does not lead on from one that is allowed, and what looks like it is not it.
  ['collections', 'OrderedDict.fromkeys', tuple()],
  ['torch', 'FloatStorage.from_file', text('/etc/passwd')],
  ['torch._utils', '_rebuild_tensor_v2.__globals__'],
  ['torch._utils', '_rebuild_tensоr_v2'],
  ['cоllections', 'OrderedDict'],
  ['torch', '__proto__'],
  ['__proto__', 'constructor'],
]

const globals: readonly HostileSample[] = DANGEROUS.map(([module, name, ...args]) =>
  beside(`${module}.${name}`, utf8Global(module, name, args)),
)

function utf8Global(module: string, name: string, args: readonly string[]): string {
  const bytes = (value: string) => Buffer.from(value, 'utf8').toString('latin1')
  return `${global(bytes(module), bytes(name))}${tuple(...args)}R`
}

const system = global('os', 'system')

const opcodes: readonly HostileSample[] = [
  beside('STACK_GLOBAL', `\x8c\x02os\x8c\x06system\x93${tuple(text('id'))}R`),
  evil('STACK_GLOBAL of a computed name', `\x8c\x02os${dict()}\x93)R`, /name is no text/),
  beside('INST', `(${text('id')}ios\nsystem\n`),
  beside('OBJ', `(${system}${text('id')}o`),
  { name: 'OBJ and POP leave no trace', bytes: torchZip(`(${system}${text('id')}o0${dict(['w', tensor()])}`), inert: true },
  beside('NEWOBJ', `${system})\x81`),
  beside('NEWOBJ_EX', `${system})}\x92`),
  evil('REDUCE on a string', `${text('os.system')})R`, /no class or function/),
  evil('REDUCE with a list', `${system}]R`, /something else than a tuple/),
  evil('REDUCE on what REDUCE made', `${system})R)R`, /no class or function/),
  evil('BUILD on a list', `]}b`, /sets state on a list/),
  evil('BUILD on a global', `${system}}b`, /sets state on the global os\.system/),
  evil('BUILD on a tensor', `${tensor()}}b`, /sets state on a tensor/),
  evil('BUILD on a string', `${text('x')}}b`, /sets state on a string/),
  evil('EXT1', '\x82\x01', /extension registry/),
  evil('EXT2', '\x83\x01\x00', /extension registry/),
  evil('EXT4', '\x84\x01\x00\x00\x00', /extension registry/),
  evil('PERSID', 'Pstorage\n', /no tuple/),
  evil('BINPERSID of a string', `${text('storage')}Q`, /no tuple/),
  evil('BINPERSID of a tuple of something else', `${tuple(text('module'), text('x'))}Q`, /something else than a storage/),
  evil('BINPERSID whose class is dangerous', `${tuple(text('storage'), system, text('0'), text('cpu'), int(4))}Q`, /class os\.system/),
  evil('NEXT_BUFFER', '\x97', /outside the pickle/),
  evil('READONLY_BUFFER', '\x98', /outside the pickle/),
  beside('BYTEARRAY8', '\x96\x02\x00\x00\x00\x00\x00\x00\x00ab'),
  beside('FROZENSET', '(K\x01K\x02\x91'),
  evil('FROZENSET of lists', '(]\x91', /a list as a key/),
  evil('no opcode', '\xff', /no opcode: byte 0xff/),
]

const stack: readonly HostileSample[] = [
  beside('MEMOIZE beside BINPUT, and a value dropped', `${text('os')}\x94q\x00h\x00${text('x')}\x9400`),
  refused('a missing mark', `${dict(['w', tensor()])}t`, /a mark is missing/),
  refused('POP on empty', `0${dict(['w', tensor()])}`, /a mark is missing/),
  evil('a dangling GET', 'h\x63', /nothing was stored as 99/),
  evil('GET of 2^31', 'j\x00\x00\x00\x80', /nothing was stored/),
  evil('text GET of a negative', 'g-1\n', /no place to store/),
  evil('PUT on an empty stack', '(q\x00', /empty stack/),
  beside('a cycle', `]q\x05h\x05a`),
  beside('a dict that holds itself', `}q\x05${text('me')}h\x05s`),
  beside('billion laughs', laughs(30)),
  beside('a tuple that doubles 40 times', `(K\x01t${'q\x07(h\x07h\x07t'.repeat(40)}`),
  beside('a million nested lists', `${']'.repeat(300_000)}${'a'.repeat(299_999)}`),
  evil('DUP without end', `]${'2'.repeat(2_000_001)}`, /more than 2000000 opcodes/),
  evil('SETITEM on a tensor', `${tensor()}K\x00K\x01s`, /sets items of a tensor/),
  evil('SETITEM on a list', `]K\x00K\x01s`, /sets items of a list/),
  evil('SETITEM on a tuple', `(tK\x00K\x01s`, /sets items of a tuple/),
  evil('SETITEMS on a string', `${text('x')}(K\x00K\x01u`, /sets items of a string/),
  evil('SETITEM on a storage', `${storage()}K\x00K\x01s`, /sets items of a tensor or storage/),
  evil('SETITEMS with a key without value', '}(K\x00u', /key without a value/),
  evil('APPEND to a dict', '}K\x00a', /appends to a dict/),
  evil('APPENDS to None', 'N(K\x00e', /appends to None/),
  evil('ADDITEMS to a list', '](K\x00\x90', /adds to a list/),
  evil('a list as a key', `}]K\x00s`, /a list as a key/),
  beside('keys of Object', dict(['__proto__', dict(['polluted', '\x88'])], ['constructor', 'N'], ['toString', 'N'])),
  refused('two values at the end', `N${dict(['w', tensor()])}`, /more or less than one value/),
  refused('a mark left over', `(${dict(['w', tensor()])}`, /more or less than one value/),
]

/** Lists of ten references to the list before. */
function laughs(levels: number): string {
  let body = `]q\x00`
  for (let level = 1; level <= levels; level++)
    body += `](${`h${String.fromCharCode(level - 1)}`.repeat(10)}eq${String.fromCharCode(level)}`
  return `(${body}t`
}

/** A checkpoint whose pickle is these bytes, from its first to its last. */
const zipOf = (bytes: string): Uint8Array => zipBytes([{ name: 'archive/data.pkl', bytes: raw(bytes) }, ...storagePart()])

const framing: readonly HostileSample[] = [
  { name: 'protocol 6', bytes: zipOf(`\x80\x06${dict(['w', tensor()])}.`), message: /protocol 6/ },
  { name: 'a frame longer than the file', bytes: zipOf(`\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00N.`), message: /frame of 255 bytes/ },
  {
    name: 'a frame that an opcode straddles',
    bytes: zipOf(`\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00\x8c\x05hello.`),
    message: /straddles/,
  },
  {
    name: 'a frame inside a frame',
    bytes: zipOf(`\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x95\x01\x00\x00\x00\x00\x00\x00\x00N.`),
    message: /frame inside a frame/,
  },
  { name: 'a frame that goes on', bytes: zipOf(`\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00N.N`), message: /goes on/ },
  { name: 'a second pickle', bytes: zipOf(`${pickle(dict(['w', tensor()]))}${pickle(system)}`), message: /goes on behind its end/ },
  { name: 'bytes behind STOP', bytes: zipOf(`${pickle(dict(['w', tensor()]))}x`), message: /goes on behind its end/ },
  { name: 'no STOP', bytes: zipOf(`\x80\x02${dict(['w', tensor()])}`), message: /ends inside an opcode/ },
  { name: 'nothing', bytes: zipOf(''), message: /ends inside an opcode/ },
  evil('a string of 2^32 bytes', 'X\xff\xff\xff\xffx', /needs 4294967295 more bytes/),
  evil('a string of 2^63 bytes', '\x8d\x00\x00\x00\x00\x00\x00\x00\x80x', /length of 9223372036854775808/),
  evil('LONG4 of 2^31 bytes', '\x8b\xff\xff\xff\x7fx', /more bytes/),
  evil('LONG4 of a negative length', '\x8b\xff\xff\xff\xffx', /negative length/),
  evil('LONG4 of 10,000 bytes', `\x8b\x10\x27\x00\x00${'\x01'.repeat(10_000)}`, /integer of 10000 bytes/),
  evil('INT that is none', 'I__import__("os")\n', /no integer/),
  evil('INT of a million digits', `I${'9'.repeat(1_000_000)}\n`, /no integer/),
  evil('FLOAT that is none', 'Fnope\n', /no number/),
  evil('a line without end', 'Icos', /line without an end|no integer/),
  evil('a global with a newline in its name', 'cos\n\nsystem\n', /./),
  evil('a carriage return in a number', 'I1\r\r2\n', /no integer/),
  beside('a module with a carriage return', `cos\r\nsystem\r\n${tuple(text('id'))}R`),
  { name: 'a frame shorter than its content', bytes: zipOf(`\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00cos\nsystem\n)R.`), message: /./ },
  evil('a name of a million characters', `c${'a'.repeat(1_000_000)}\nb\n`, /endless name/),
  evil('text that is not UTF-8', 'X\x02\x00\x00\x00\xff\xfe', /not UTF-8/),
  evil('STRING without quotes', 'Shello\n', /without quotes/),
  evil('UNICODE beyond Unicode', 'V\\U00ffffff\n', /beyond Unicode/),
]

const size = (value: string) => reduce('torch._utils', '_rebuild_tensor_v2', storage(), int(0), tuple(value), tuple(int(1)), '\x89', dict())

const tensors: readonly HostileSample[] = [
  evil('beyond its storage', tensor({ size: [3, 2] }), /beyond its storage of 4/),
  evil('an offset beyond its storage', tensor({ offset: int(1) }), /beyond its storage/),
  evil('strides beyond its storage', tensor({ stride: [4, 1] }), /beyond its storage/),
  evil('a storage of other size', tensor({ count: 5 }), /has 16 bytes and should have 20/),
  evil('a storage of other dtype', tensor({ kind: 'DoubleStorage' }), /has 16 bytes and should have 32/),
  evil('a storage that is not there', tensor({ key: '7' }), /storage '7' is missing/),
  evil('a storage elsewhere', tensor({ key: '../data.pkl' }), /is missing/),
  evil('a negative size', size('J\xff\xff\xff\xff'), /size of -1/),
  evil('a size of 2^62', size('\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40'), /size of 4611686018427387904/),
  evil('a product beyond 2^53', tensor({ size: [2 ** 30, 2 ** 30], stride: [0, 0] }), /beyond its storage|tensor \[/),
  evil('a size that is a string', size(text('4')), /size of 4/),
  evil('sizes that are a list', reduce('torch._utils', '_rebuild_tensor_v2', storage(), int(0), ']', tuple()), /no tuple/),
  evil('another number of strides', tensor({ size: [4], stride: [1, 1] }), /another number of sizes/),
  evil('a negative offset', tensor({ offset: 'J\xff\xff\xff\xff' }), /negative place/),
  evil('an offset that is a string', tensor({ offset: text('0') }), /negative place/),
  evil('no storage', reduce('torch._utils', '_rebuild_tensor_v2', text('x'), int(0), tuple(), tuple()), /without a storage/),
  refused('a tensor repeated 10^12 times', dict(['w', tensor({ size: [10 ** 6, 10 ** 6], stride: [0, 0] })]), /repeats a storage/),
  refused(
    'many views of one storage',
    dict(...Array.from({ length: 300 }, (_, i) => [`w${i}`, tensor({ size: [2 ** 18], stride: [0] })] as const)),
    /share their bytes/,
  ),
  evil(
    'typed storage, other dtype',
    reduce('torch._utils', '_rebuild_tensor_v3', storage(), int(0), tuple(int(2)), tuple(int(1)), '\x89', dict(), global('torch', 'int64')),
    /tensor of I64 in a FloatStorage/,
  ),
  evil(
    'a dtype that is none',
    reduce('torch._utils', '_rebuild_tensor_v3', storage(), int(0), tuple(), tuple(), '\x89', dict(), text('float')),
    /dtype is none/,
  ),
  evil('a truth value of another byte', tensor({ kind: 'BoolStorage', count: 16, size: [16], stride: [1] }), /neither true nor false/),
  evil('a parameter of a string', reduce('torch._utils', '_rebuild_parameter', text('x'), '\x88', dict()), /parameter of no tensor/),
  evil('a numpy dtype of a number', reduce('numpy', 'dtype', int(4)), /numpy value/),
  evil(
    'a numpy scalar of other length',
    reduce('numpy.core.multiarray', 'scalar', reduce('numpy', 'dtype', text('f8')), 'C\x01x'),
    /numpy value/,
  ),
  evil('OrderedDict of a number', reduce('collections', 'OrderedDict', int(3)), /arguments that it never has/),
  evil('_codecs.encode with another codec', reduce('_codecs', 'encode', text('x'), text('rot13')), /arguments that it never has/),
  beside('quantized', reduce('torch._utils', '_rebuild_qtensor', storage())),
  beside('sparse', reduce('torch._utils', '_rebuild_sparse_tensor', text('x'))),
  beside('meta', reduce('torch._utils', '_rebuild_meta_tensor_no_storage', text('x'))),
  beside('a wrapped subclass', reduce('torch._utils', '_rebuild_wrapper_subclass', text('x'))),
  beside('a subclass', reduce('torch._tensor', '_rebuild_from_type_v2', system, text('x'), tuple(), dict())),
  beside(
    'a numpy object array',
    `${reduce('numpy.core.multiarray', '_reconstruct', global('numpy', 'ndarray'), tuple(int(0)), 'C\x01b')}${tuple(int(1), tuple(int(1)), reduce('numpy', 'dtype', text('O8')), '\x89', `]${system})Ra`)}b`,
  ),
]

export const HOSTILE_PICKLES: Readonly<Record<string, readonly HostileSample[]>> = { globals, opcodes, stack, framing, tensors }
