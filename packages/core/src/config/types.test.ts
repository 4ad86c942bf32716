import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import ts from 'typescript'

// What the compiler says about a config: the declarations that core emits are compiled together with components
// that core has never seen, as another package would declare them.

const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const DECLARATIONS = join(PACKAGE, 'virtual')

const COMPONENTS = `
import { type ComponentConfig, type ComponentConfigSchema, componentConfig, type ConfigOf, type ModelTypes, type OptimizerTypes } from '@tessera/core'
import * as v from 'valibot'
const classifier = v.strictObject({
  backbone: componentConfig<ModelTypes>(),
  head: v.optional(componentConfig<ModelTypes>()),
})
const transformer = v.strictObject({
  arch: v.optional(v.picklist(['small', 'base']), 'base'),
  drop_path_rate: v.optional(v.number(), 0),
  out_indices: v.optional(v.array(v.number())),
  patch_cfg: v.optional(v.strictObject({ stride: v.optional(v.number()), bias: v.optional(v.boolean()) })),
})
const head = v.strictObject({ num_classes: v.number() })
const adamW = v.strictObject({ lr: v.number(), weight_decay: v.optional(v.number(), 0) })
const wrapper = v.strictObject({ optimizer: componentConfig<OptimizerTypes>(), accumulative_counts: v.optional(v.number(), 1) })
const rules = v.strictObject({ norm_decay_mult: v.optional(v.number()), custom_keys: v.optional(v.record(v.string(), v.unknown())) })
const layerRules = v.strictObject({ ...rules.entries, layer_decay_rate: v.optional(v.number()) })
const accuracy = v.strictObject({ topk: v.optional(v.array(v.number())) })
const checkpoint = v.strictObject({ interval: v.optional(v.number()), save_best: v.optional(v.string()) })
const linear = v.strictObject({ start_factor: v.optional(v.number()) })
interface ImageClassifier extends ConfigOf<'ImageClassifier', typeof classifier> {}
interface VisionTransformer extends ConfigOf<'VisionTransformer', typeof transformer> {}
interface Head extends ConfigOf<'VisionTransformerClsHead', typeof head> {}
interface AdamW extends ConfigOf<'AdamW', typeof adamW> {}
interface OptimWrapper extends ConfigOf<'OptimWrapper', typeof wrapper> {}
interface Accuracy extends ConfigOf<'Accuracy', typeof accuracy> {}
interface CheckpointHook extends ConfigOf<'CheckpointHook', typeof checkpoint> {}
interface LinearLR extends ConfigOf<'LinearLR', typeof linear> {}
interface Default { type: 'DefaultOptimWrapperConstructor'; paramwise_cfg?: v.InferInput<typeof rules> }
interface LayerDecay { type: 'LearningRateDecayOptimWrapperConstructor'; paramwise_cfg?: v.InferInput<typeof layerRules> }
declare module '@tessera/core' {
  interface ModelTypes { ImageClassifier: ImageClassifier; VisionTransformer: VisionTransformer; VisionTransformerClsHead: Head }
  interface OptimizerTypes { AdamW: AdamW }
  interface OptimWrapperTypes { OptimWrapper: OptimWrapper }
  interface OptimWrapperConstructorTypes { DefaultOptimWrapperConstructor: Default; LearningRateDecayOptimWrapperConstructor: LayerDecay }
  interface MetricTypes { Accuracy: Accuracy }
  interface HookTypes { CheckpointHook: CheckpointHook }
  interface ParamSchedulerTypes { LinearLR: LinearLR }
}
export type All = ComponentConfig<ModelTypes>
export const schemas: ComponentConfigSchema<ModelTypes>[] = []
`

const LAYER_DECAY = "type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 4e-3 }, constructor: 'LearningRateDecayOptimWrapperConstructor'"

const FINE: [string, string][] = [
  ['a whole model', "model: { type: 'ImageClassifier', backbone: { type: 'VisionTransformer', arch: 'base' } }"],
  ['a patch of the base', 'model: { backbone: { drop_path_rate: 0.1 }, head: { num_classes: 10 } }'],
  ['a patch of an option', 'model: { backbone: { patch_cfg: { stride: 2 } } }'],
  ['a replaced section', "model: { _delete_: true, type: 'VisionTransformerClsHead', num_classes: 3 }"],
  ['a replaced part', "model: { head: { _delete_: true, type: 'VisionTransformerClsHead', num_classes: 3 } }"],
  [
    'layer decay',
    `optim_wrapper: { ${LAYER_DECAY}, paramwise_cfg: { layer_decay_rate: 0.75, norm_decay_mult: 0, custom_keys: { '.a': { lr_mult: 1 } } } }`,
  ],
  [
    'the default constructor',
    "optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 1 }, paramwise_cfg: { norm_decay_mult: 0 } }",
  ],
  ['a wrapper without type or constructor', "optim_wrapper: { optimizer: { type: 'AdamW', lr: 1 } }"],
  ['a patch of the optimizer', 'optim_wrapper: { optimizer: { lr: 1 } }'],
  ['one scheduler, one metric', "param_scheduler: { type: 'LinearLR' }, val_evaluator: { type: 'Accuracy' }"],
  ['lists of them', "param_scheduler: [{ type: 'LinearLR' }], val_evaluator: [{ type: 'Accuracy', topk: [1, 5] }]"],
  ['hooks', "default_hooks: { checkpoint: { interval: 2 }, timer: null }, custom_hooks: [{ type: 'CheckpointHook' }]"],
  ['loops', 'train_cfg: { by_epoch: true, max_epochs: 5 }, val_cfg: {}, test_cfg: null'],
  ['bases', "_base_: ['./a.ts', { work_dir: 'x' }], randomness: { seed: null }"],
]

const WRONG: [string, string, string][] = [
  ['a misspelt type', "model: { type: 'ImageClassifer', backbone: { type: 'VisionTransformer' } }", `Did you mean '"ImageClassifier"'?`],
  [
    'a misspelt type inside',
    "model: { type: 'ImageClassifier', backbone: { type: 'VisionTransformr' } }",
    `Did you mean '"VisionTransformer"'?`,
  ],
  ['a misspelt type in a patch', "model: { backbone: { type: 'VisionTransformr' } }", `Did you mean '"VisionTransformer"'?`],
  [
    'a misspelt option',
    "model: { type: 'ImageClassifier', backbone: { type: 'VisionTransformer', drop_path_rat: 0 } }",
    "Did you mean to write 'drop_path_rate'?",
  ],
  [
    'a misspelt option in a patch',
    "model: { backbone: { type: 'VisionTransformer', drop_path_rat: 0 } }",
    "Did you mean to write 'drop_path_rate'?",
  ],
  ['a misspelt key of a patch', 'model: { backbone: { drop_path_rat: 0 } }', "'drop_path_rat' does not exist"],
  ['an unknown choice', "model: { type: 'VisionTransformer', arch: 'bas' }", `Did you mean '"base"'?`],
  ['a wrong value', "model: { type: 'VisionTransformer', drop_path_rate: 'x' }", "Type 'string' is not assignable to type 'number'"],
  ['an option inside an option', "model: { type: 'VisionTransformer', patch_cfg: { strid: 1 } }", "Did you mean to write 'stride'?"],
  ['a missing option', "model: { type: 'VisionTransformerClsHead' }", "Property 'num_classes' is missing"],
  [
    'a misspelt constructor',
    "optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 1 }, constructor: 'LearningRateDecayOptimWrapperConstructr' }",
    `Did you mean '"LearningRateDecayOptimWrapperConstructor"'?`,
  ],
  [
    'a misspelt rule',
    `optim_wrapper: { ${LAYER_DECAY}, paramwise_cfg: { layer_decay_rat: 0.75 } }`,
    "Did you mean to write 'layer_decay_rate'?",
  ],
  [
    'a misspelt rule of the default constructor',
    "optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 1 }, paramwise_cfg: { norm_decay_mul: 0 } }",
    "Did you mean to write 'norm_decay_mult'?",
  ],
  [
    "another constructor's rule",
    "optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 1 }, constructor: 'DefaultOptimWrapperConstructor', paramwise_cfg: { layer_decay_rate: 0.75 } }",
    "'layer_decay_rate' does not exist",
  ],
  [
    'a misspelt optimizer',
    "optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'AdamV', lr: 1 } }",
    `Type '"AdamV"' is not assignable to type '"AdamW"'`,
  ],
  [
    'a misspelt optimizer option',
    "optim_wrapper: { type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 1, weight_deca: 1 } }",
    "Did you mean to write 'weight_decay'?",
  ],
  [
    'a misspelt wrapper option',
    "optim_wrapper: { type: 'OptimWrapper', optimizr: { type: 'AdamW', lr: 1 } }",
    "Did you mean to write 'optimizer'?",
  ],
  ['a misspelt section', 'optim_wraper: {}', "Did you mean to write 'optim_wrapper'?"],
  ['a misspelt metric', "val_evaluator: [{ type: 'Acuracy' }]", `Type '"Acuracy"' is not assignable to type '"Accuracy"'`],
  ['a misspelt hook option', "custom_hooks: [{ type: 'CheckpointHook', intervall: 1 }]", "Did you mean to write 'interval'?"],
  ['a misspelt key of the loop', 'train_cfg: { by_epoch: true, max_epoch: 5 }', "'max_epoch' does not exist"],
  ['a misspelt seed', 'randomness: { sed: 1 }', "Did you mean to write 'seed'?"],
]

let messagesOf: (name: string) => string[]

beforeAll(() => {
  const files = new Map<string, string>()
  emitDeclarations(files)
  files.set(join(DECLARATIONS, 'components.ts'), COMPONENTS)
  const source = (body: string): string =>
    `import { defineConfig } from '@tessera/core'\nimport './components.js'\nexport default defineConfig({ ${body} })\n`
  const name = (label: string): string => join(DECLARATIONS, `${label}.ts`)
  for (const [label, body] of [...FINE, ...WRONG]) files.set(name(label), source(body))
  const program = ts.createProgram(
    [...files.keys()].filter((file) => !file.endsWith('.d.ts')),
    { ...options(), noEmit: true },
    host(files),
  )
  messagesOf = (label) => {
    const file = program.getSourceFile(label)
    if (file === undefined) throw new Error(`${label} was not compiled`)
    return program.getSemanticDiagnostics(file).map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
  }
})

describe('the compiler', () => {
  test('takes the components themselves', () => {
    expect(messagesOf(join(DECLARATIONS, 'components.ts'))).toEqual([])
  })

  test.each(FINE)('takes %s', (label) => {
    expect(messagesOf(join(DECLARATIONS, `${label}.ts`))).toEqual([])
  })

  test.each(WRONG)('refuses %s', (label, _body, expected) => {
    const messages = messagesOf(join(DECLARATIONS, `${label}.ts`))
    expect(messages).toEqual([expect.stringContaining(expected)])
  })
})

function emitDeclarations(files: Map<string, string>): void {
  const emit: ts.CompilerOptions = {
    ...options(),
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(PACKAGE, 'src'),
    outDir: DECLARATIONS,
  }
  const program = ts.createProgram([join(PACKAGE, 'src/index.ts')], emit, host(new Map()))
  program.emit(undefined, (file, text) => files.set(file, text))
}

/** The house's own strictness. */
function options(): ts.CompilerOptions {
  const base = ts.readConfigFile(resolve(PACKAGE, '../../tsconfig.base.json'), ts.sys.readFile)
  const { options: parsed } = ts.convertCompilerOptionsFromJson(base.config.compilerOptions, PACKAGE)
  return {
    ...parsed,
    composite: false,
    incremental: false,
    declarationMap: false,
    sourceMap: false,
    noUnusedLocals: false,
    types: ['node'],
  }
}

/** Files on the disk, parsed once for both programs. */
const PARSED = new Map<string, ts.SourceFile>()

/** The disk, with some files that exist in memory only; '@tessera/core' is the declarations among them. */
function host(files: ReadonlyMap<string, string>): ts.CompilerHost {
  const disk = ts.createCompilerHost(options())
  const both: ts.CompilerHost = {
    ...disk,
    getCurrentDirectory: () => PACKAGE,
    directoryExists: (folder) => folder.startsWith(DECLARATIONS) || ts.sys.directoryExists(folder),
    fileExists: (file) => files.has(file) || disk.fileExists(file),
    readFile: (file) => files.get(file) ?? disk.readFile(file),
    getSourceFile: (file, language, ...rest) => {
      const text = files.get(file)
      if (text !== undefined) return ts.createSourceFile(file, text, language)
      const parsed = PARSED.get(file) ?? disk.getSourceFile(file, language, ...rest)
      if (parsed !== undefined) PARSED.set(file, parsed)
      return parsed
    },
    resolveModuleNameLiterals: (literals, importer, redirected, compilerOptions, sourceFile) =>
      literals.map((literal) => {
        const name = literal.text === '@tessera/core' ? join(DECLARATIONS, 'index.js') : literal.text
        const mode = ts.getModeForUsageLocation(sourceFile, literal, compilerOptions)
        return ts.resolveModuleName(name, importer, compilerOptions, both, undefined, redirected, mode)
      }),
  }
  return both
}
