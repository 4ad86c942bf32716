import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
const VIT = 'configs/vit.ts'
const folder = mkdtempSync(join(tmpdir(), 'tessera-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(tool: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join('tools', tool), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
  })
  return { status, stdout, stderr }
}

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

/** A config in JSON that changes the main job. */
function changed(name: string, changes: object): string {
  return write(name, JSON.stringify({ _base_: join(ROOT, VIT), ...changes }))
}

interface Mistake {
  readonly what: string
  readonly args: () => string[]
  readonly code: string
  readonly says: readonly RegExp[]
  readonly status?: number
}

const MISTAKES: readonly Mistake[] = [
  {
    what: 'a misspelt flag',
    args: () => [VIT, '--work-dri', folder],
    code: 'INVALID_USAGE',
    says: [/--work-dri/, /--work-dir/],
    status: 2,
  },
  { what: 'no config', args: () => [], code: 'INVALID_USAGE', says: [/config/], status: 2 },
  {
    what: 'a config that is not there',
    args: () => ['configs/vitt.ts'],
    code: 'CONFIG_NOT_FOUND',
    says: [/vitt\.ts/, /Did you mean '[^']*vit\.ts'/],
  },
  {
    what: 'a misspelt type',
    args: () => [changed('type.json', { model: { backbone: { _delete_: true, type: 'VisionTransformr' } } })],
    code: 'UNKNOWN_TYPE',
    says: [/model\.backbone/, /'VisionTransformr'/, /Did you mean 'VisionTransformer'/],
  },
  {
    what: 'a misspelt option',
    args: () => [changed('option.json', { optim_wrapper: { paramwise_cfg: { layer_decay_rat: 0.5 } } })],
    code: 'INVALID_OPTIONS',
    says: [/paramwise_cfg\.layer_decay_rat\b/, /Did you mean 'layer_decay_rate'/],
  },
  {
    what: 'a misspelt override',
    args: () => [VIT, '--cfg-options', 'optim_wrapper.optimizer.weight_decy=0'],
    code: 'INVALID_OVERRIDE',
    says: [/weight_decy/, /weight_decay/],
  },
  {
    what: 'a base that is missing',
    args: () => [write('orphan.json', '{"_base_": "nobody.json"}')],
    code: 'CONFIG_NOT_FOUND',
    says: [/nobody\.json/, /orphan\.json/],
  },
  {
    what: 'bases in a circle',
    args: () => {
      write('b.json', '{"_base_": "a.json"}')
      return [write('a.json', '{"_base_": "b.json"}')]
    },
    code: 'CONFIG_CYCLE',
    says: [/a\.json/, /b\.json/],
  },
  {
    what: 'a config that throws',
    args: () => [write('throws.mjs', '\nthrow new Error("no luck")\n')],
    code: 'CONFIG_SYNTAX',
    says: [/throws\.mjs:2/, /no luck/],
  },
  {
    what: 'a folder with no images',
    args: () => {
      mkdirSync(join(folder, 'images', 'cat'), { recursive: true })
      return [
        changed('empty.json', {
          train_dataloader: {
            dataset: {
              _delete_: true,
              type: 'CustomDataset',
              data_root: join(folder, 'images'),
              pipeline: [{ type: 'LoadImageFromFile' }, { type: 'PackInputs' }],
            },
          },
        }),
      ]
    },
    code: 'DATA_',
    says: [/images/],
  },
  {
    what: 'a checkpoint that is not there',
    args: () => [VIT, '--resume', join(folder, 'epoch_9')],
    code: 'CHECKPOINT_NOT_FOUND',
    says: [/epoch_9/],
  },
  { what: 'a launcher that is not offered', args: () => [VIT, '--launcher', 'mpi'], code: 'UNSUPPORTED', says: [/mpi/] },
  {
    what: 'a precision that no CPU has',
    args: () => [VIT, '--amp', '--cfg-options', '+optim_wrapper.dtype=float16'],
    code: 'UNSUPPORTED',
    says: [/float16/, /bfloat16/],
  },
]

describe('tools/train.ts says what is wrong in one line', () => {
  test.each(MISTAKES)('$what', ({ args, code, says, status = 1 }) => {
    const work = join(folder, 'never')
    const given = args()
    const result = run('train.ts', ...given, ...(given.includes('--work-dri') || given.length === 0 ? [] : ['--work-dir', work]))
    const lines = result.stderr.trim().split('\n')
    expect(lines.at(-1)).toMatch(new RegExp(`^error ${code}`))
    for (const pattern of says) expect(lines.at(-1)).toMatch(pattern)
    expect(result.stderr).not.toMatch(/\n\s+at /)
    expect(result.status).toBe(status)
    expect(existsSync(join(work, 'last_checkpoint'))).toBe(false)
  })

  test('--debug adds the stack', () => {
    expect(run('train.ts', 'configs/vitt.ts', '--debug').stderr).toMatch(/\n\s+at /)
  })

  test('a work dir that cannot be written', () => {
    const file = write('taken', 'a file')
    const result = run('train.ts', VIT, '--work-dir', join(file, 'inside'))
    expect(result.stderr.trim().split('\n').at(-1)).toMatch(/^error WORK_DIR: .*taken.*--work-dir/)
    expect(result.status).toBe(1)
  })

  test('a loss that is not finite ends the run, naming iteration and learning rate', () => {
    const work = join(folder, 'nan')
    const result = run('train.ts', VIT, '--work-dir', work, '--cfg-options', 'optim_wrapper.optimizer.lr=1e30', 'param_scheduler=None')
    expect(result.stderr.trim().split('\n').at(-1)).toMatch(/^error NOT_FINITE: .*iteration \d+, learning rate \d/)
    expect(result.status).toBe(1)
    expect(readdirSync(work).filter((name) => name.startsWith('epoch_') || name.includes('tmp'))).toEqual([])
  })
})

describe('a run from the command line', () => {
  const small = [
    '--cfg-options',
    'train_dataloader.num_batch_per_epoch=4',
    'default_hooks.checkpoint.interval=1',
    'train_cfg.max_epochs=3',
    'default_hooks.logger.interval=1',
  ]

  test('the same seed gives the same losses; test.ts reads the checkpoint; another model is refused by name', () => {
    const losses = ['one', 'two'].map((name) => {
      const result = run('train.ts', VIT, '--work-dir', join(folder, name), ...small)
      expect(result.stderr).toBe('')
      expect(result.status).toBe(0)
      return [...result.stdout.matchAll(/Epoch\(train\).*loss: ([\d.]+)/g)].map((match) => match[1])
    })
    expect(losses[0]).toHaveLength(12)
    expect(losses[0]).toEqual(losses[1])

    const out = join(folder, 'metrics.json')
    const tested = run(
      'test.ts',
      VIT,
      join(folder, 'one', 'epoch_3'),
      '--work-dir',
      join(folder, 'tested'),
      '--out',
      out,
      '--out-item',
      'metrics',
    )
    expect(tested.status).toBe(0)
    expect(Object.keys(JSON.parse(readFileSync(out, 'utf8')) as object)).toContain('accuracy/top1')

    const shown = join(folder, 'shown')
    const predictions = join(folder, 'predictions.json')
    const flags = ['--tta', '--show-dir', shown, '--interval', '500', '--out', predictions, '--work-dir', join(folder, 'tta')]
    const augmented = run('test.ts', VIT, join(folder, 'one', 'epoch_3'), ...flags)
    expect(augmented.stderr).toBe('')
    expect(augmented.status).toBe(0)
    expect(augmented.stdout).toMatch(/accuracy\/top1/)
    expect(readdirSync(shown).length).toBeGreaterThan(1)
    expect(readdirSync(shown).every((name) => name.endsWith('.png'))).toBe(true)
    expect((JSON.parse(readFileSync(predictions, 'utf8')) as { samples: unknown[] }).samples.length).toBeGreaterThan(500)

    const other = run(
      'test.ts',
      VIT,
      join(folder, 'one', 'epoch_3'),
      '--work-dir',
      join(folder, 'tested'),
      '--cfg-options',
      'model.backbone.arch.embed_dims=32',
      'model.head.in_channels=32',
    )
    expect(other.stderr.trim().split('\n').at(-1)).toMatch(/backbone\.cls_token/)
    expect(other.status).toBe(1)
  }, 180_000)

  test('param_groups.ts prints the reference groups as JSON', () => {
    const { stdout, status } = run('param_groups.ts', VIT, '--format', 'json')
    expect(status).toBe(0)
    const groups = JSON.parse(stdout) as { params: string[]; lr: number; weight_decay: number; lr_scale: number; layer_id: number }[]
    expect(groups).toHaveLength(56)
    expect(groups[0]).toMatchObject({
      params: ['backbone.cls_token'],
      lr: 4e-3 * 0.75 ** 5,
      weight_decay: 0,
      lr_scale: 0.75 ** 5,
      layer_id: 0,
    })
  })
})

describe('the README', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const commands = [...readme.matchAll(/^(?:npx tsx|npm) .*$/gm)].map(([line]) => line.split('#')[0]?.trim() ?? '')

  test('names commands and files that exist', () => {
    expect(commands.length).toBeGreaterThan(5)
    const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts
    for (const command of commands) {
      const [program, ...words] = command.split(' ')
      if (program === 'npm') expect(Object.keys(scripts)).toContain(words.filter((word) => word !== 'run')[0])
      else
        for (const word of words.filter((part) => part.endsWith('.ts')))
          expect({ word, exists: existsSync(join(ROOT, word)) }).toEqual({ word, exists: true })
    }
    for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)]+)\)/g))
      expect({ target, exists: existsSync(join(ROOT, target)) }).toEqual({ target, exists: true })
  })

  test('every tool that it names answers --help', () => {
    const tools = new Set(commands.flatMap((command) => /tools\/(\w+\.ts)/.exec(command)?.[1] ?? []))
    expect(tools.size).toBeGreaterThan(2)
    for (const tool of tools) {
      const { status, stdout } = run(tool, '--help')
      expect({ tool, status }).toEqual({ tool, status: 0 })
      expect(stdout).toMatch(/Usage/)
    }
  })
})
