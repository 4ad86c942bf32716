import { describe, expect, test } from '@jest/globals'
import { LOG_PROCESSORS, RunContainer } from '@tessera/core'
import { newProgress, type RunState } from '../run/runState.js'
import { LogProcessor } from './logProcessor.js'
import { MessageHub } from './messageHub.js'

function build(options: object = {}): LogProcessor {
  const built = new RunContainer().build(LOG_PROCESSORS, { type: 'LogProcessor', ...options })
  if (!(built instanceof LogProcessor)) throw new Error('another class is registered as LogProcessor')
  return built
}

/** Twenty iterations of epoch 2: losses 1 to 20. */
function run(): RunState {
  const hub = new MessageHub()
  for (let index = 1; index <= 20; index++) {
    hub.updateScalar('train/lr', 0.1)
    hub.updateScalar('train/loss', index)
    hub.updateScalar('train/acc', index)
    hub.updateScalar('val/acc', index)
    hub.updateScalar('val/time', index)
  }
  const progress = { ...newProgress(), epoch: 1, iter: 19, maxEpochs: 3, maxIters: 60, epochLength: 20 }
  // What a log processor reads of a run.
  return { hub, progress, loaders: { train: { length: 20 }, val: { length: 4 } }, metricFacts: {} } as unknown as RunState
}

describe('LogProcessor', () => {
  test('means of losses over the window, last values of the rest', () => {
    expect(build().afterIter(run(), 19, 'train')).toEqual({
      line: 'Epoch(train) [2][20/20]  lr: 1.0000e-01  loss: 15.5000  acc: 20.0000',
      scalars: { lr: 0.1, loss: 15.5, acc: 20, epoch: 2, iter: 20 },
    })
  })

  test('custom statistics, under names of their own, with hierarchy in the file', () => {
    const processor = build({
      window_size: 2,
      num_digits: 1,
      log_with_hierarchy: true,
      custom_cfg: [
        { data_src: 'loss', log_name: 'loss_min', method_name: 'min', window_size: 'global' },
        { data_src: 'acc', method_name: 'max', window_size: 3 },
      ],
    })
    const { line, scalars } = processor.afterIter(run(), 19, 'train')
    expect(line).toBe('Epoch(train) [2][20/20]  lr: 1.0e-01  loss: 19.5  acc: 20.0  loss_min: 1.0')
    expect(scalars).toEqual({ 'train/lr': 0.1, 'train/loss': 19.5, 'train/acc': 20, 'train/loss_min': 1, epoch: 2, iter: 20 })
  })

  test('after validation: metrics, then times over the whole pass', () => {
    expect(build().afterEpoch(run(), 'val')).toEqual({
      line: 'Epoch(val) [1][4/4]    acc: 20.0000  time: 18.5000',
      scalars: { acc: 20, time: 18.5 },
    })
  })

  test.each([
    [
      {
        custom_cfg: [
          { data_src: 'a', log_name: 'x' },
          { data_src: 'b', log_name: 'x' },
        ],
      },
      /two entries are logged under one name.*'x'/,
    ],
    [{ by_epoch: false, custom_cfg: [{ data_src: 'a', window_size: 'epoch' }] }, /'epoch' needs by_epoch/],
    [{ custom_cfg: [{ data_src: 'a', method_name: 'meen' }] }, /custom_cfg: there is no such statistic; got 'meen'.*'mean'/],
    [{ mean_pattern: '(' }, /mean_pattern: Invalid regular expression/],
    [{ widow_size: 3 }, /no option 'widow_size'.*Did you mean 'window_size'/],
  ])('refuses %o', (options, message) => expect(() => build(options)).toThrow(message))
})
