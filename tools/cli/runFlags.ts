import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { withTestTimeAugmentation } from '@tessera/engine'
import { type Command, Option } from 'commander'

/** The flags of `tools/train.ts`, under MMPreTrain's names. */
export interface TrainFlags {
  workDir?: string
  resume?: string | true
  amp?: true
  validate: boolean
  autoScaleLr?: true
  cfgOptions?: string[]
  launcher: string
  smoke?: string | true
  debug?: true
}

/** Adds the flags that training and testing share. */
export function addRunFlags(command: Command): Command {
  return command
    .option('--work-dir <dir>', 'where logs and checkpoints go (default: work_dirs/<config name>)')
    .option('--amp', 'mixed precision')
    .option('--cfg-options <key=value...>', 'override config entries, e.g. optim_wrapper.optimizer.lr=1e-3')
    .option('--no-pin-memory', 'accepted for compatibility; has no effect')
    .addOption(
      new Option('--launcher <launcher>', 'how processes are launched').choices(['none', 'pytorch', 'slurm', 'mpi']).default('none'),
    )
    .addOption(new Option('--local_rank, --local-rank <rank>', 'accepted for compatibility').hideHelp())
}

export function addTrainFlags(command: Command): Command {
  return addRunFlags(command)
    .option('--smoke [n]', 'n steps (default 2) of everything, nothing kept')
    .option('--resume [checkpoint]', 'go on from the latest checkpoint of the work dir, or from the given one')
    .option('--no-validate', 'do not validate while training')
    .option('--auto-scale-lr', 'scale the learning rate by batch size / auto_scale_lr.base_batch_size')
    .option('--no-persistent-workers', 'accepted for compatibility; has no effect')
}

/** The flags of `tools/test.ts`. */
export type TestFlags = Pick<TrainFlags, 'workDir' | 'amp' | 'launcher' | 'cfgOptions'> & {
  out?: string
  outItem?: string
  tta?: true
  show?: true
  showDir?: string
  interval: string
}

export function addTestFlags(command: Command): Command {
  return addRunFlags(command)
    .option('--out <file>', 'where to write the result (.json)')
    .addOption(
      new Option('--out-item <item>', 'what to write: every prediction (the default), or the metrics').choices(['metrics', 'pred']),
    )
    .option('--tta', "test-time augmentation: the config's tta_model and tta_pipeline, or the mean over the image and its mirror image")
    .option('--show', 'show predictions')
    .option('--show-dir <dir>', 'where to write predictions as images')
    .option('--interval <n>', 'samples from one that is drawn to the next', '1')
    .addOption(new Option('--wait-time <seconds>', 'accepted for compatibility').hideHelp())
}

/** Refuses what `test` cannot do before anything is loaded. */
export function checkOut(flags: TestFlags): void {
  if (flags.outItem !== undefined && flags.out === undefined) {
    throw new TesseraError('INVALID_USAGE', { what: '--out-item says what to write, and needs --out to say where' })
  }
  if (flags.show === true) {
    throw new TesseraError('UNSUPPORTED', {
      what: 'there is no window to show samples in',
      path: '--show',
      hint: '--show-dir writes them as images.',
    })
  }
  if (flags.out !== undefined && !flags.out.endsWith('.json')) {
    throw new TesseraError('INVALID_USAGE', {
      what: 'results are written as JSON',
      path: '--out',
      got: flags.out,
      expected: 'a name that ends in .json',
    })
  }
}

/** The text of a result file. */
export function metricsText(metrics: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(metrics, null, 2)}\n`
}

type MutableConfig = Record<string, unknown>

/** What the flags change in a config, before `--cfg-options` (which beat every flag). Pure: returns a new config. */
export function applyTrainFlags(config: Readonly<MutableConfig>, flags: TrainFlags): MutableConfig {
  refuseLauncher(flags.launcher)
  const result: MutableConfig = { ...config }
  if (flags.workDir !== undefined) result['work_dir'] = flags.workDir
  if (flags.resume !== undefined) {
    result['resume'] = true
    result['load_from'] = flags.resume === true ? null : flags.resume
  }
  if (!flags.validate) Object.assign(result, { val_cfg: null, val_dataloader: null, val_evaluator: null })
  if (flags.autoScaleLr === true) result['auto_scale_lr'] = { ...section(result, 'auto_scale_lr'), enable: true }
  if (flags.amp === true) result['optim_wrapper'] = { loss_scale: 'dynamic', ...section(result, 'optim_wrapper'), type: 'AmpOptimWrapper' }
  return result
}

/** What `tools/test.ts`'s flags change. */
export function applyTestFlags(
  config: Readonly<MutableConfig>,
  checkpoint: string,
  flags: Pick<TestFlags, 'workDir' | 'launcher' | 'amp'> & Partial<Pick<TestFlags, 'out' | 'outItem' | 'showDir' | 'interval' | 'tta'>>,
): MutableConfig {
  refuseLauncher(flags.launcher)
  const base = flags.tta === true ? withTestTimeAugmentation(config) : config
  const result: MutableConfig = { ...base, load_from: checkpoint, resume: false }
  if (flags.workDir !== undefined) result['work_dir'] = flags.workDir
  if (flags.amp === true) result['test_cfg'] = { ...section(result, 'test_cfg'), fp16: true }
  if (flags.out !== undefined && flags.outItem !== 'metrics')
    result['test_evaluator'] = withMetric(result['test_evaluator'], { type: 'DumpResults', out_file_path: flags.out })
  if (flags.showDir !== undefined) {
    const hooks = section(result, 'default_hooks')
    const drawing = {
      ...section(hooks, 'visualization'),
      enable: true,
      interval: Number(flags.interval ?? 1),
      out_dir: path.resolve(flags.showDir),
    }
    result['default_hooks'] = { ...hooks, visualization: { type: 'VisualizationHook', ...drawing } }
  }
  return result
}

/** An evaluator's config with one metric more, whichever of its forms it has. */
function withMetric(evaluator: unknown, metric: object): unknown {
  if (Array.isArray(evaluator)) return [...evaluator, metric]
  if (typeof evaluator !== 'object' || evaluator === null) return evaluator
  if (Object.hasOwn(evaluator, 'metrics')) return { ...evaluator, metrics: [Reflect.get(evaluator, 'metrics'), metric].flat() }
  if (Reflect.get(evaluator, 'type') === 'EvaluatorDict')
    throw new TesseraError('UNSUPPORTED', {
      what: 'predictions of several data sets go to several files',
      path: '--out',
      hint: 'Give each of the evaluators a DumpResults of its own.',
    })
  return [evaluator, metric]
}

/** The number of steps that `--smoke[=n]` asks for. */
export function smokeSteps(flag: string | true): number {
  const steps = flag === true ? 2 : Number(flag)
  if (!Number.isInteger(steps) || steps < 1) {
    throw new TesseraError('INVALID_USAGE', { what: '--smoke takes a whole number of steps', got: flag, expected: '1 or more' })
  }
  return steps
}

function section(config: Readonly<MutableConfig>, key: string): MutableConfig {
  const value = Object.hasOwn(config, key) ? config[key] : undefined
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function refuseLauncher(launcher: string): void {
  if (launcher !== 'none') {
    throw new TesseraError('UNSUPPORTED', {
      what: 'distributed launchers are not offered yet',
      path: '--launcher',
      got: launcher,
      expected: "'none'",
    })
  }
}
