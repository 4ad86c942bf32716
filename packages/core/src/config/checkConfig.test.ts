import { describe, expect, test } from '@jest/globals'
import { checkConfig } from './checkConfig.js'
import { configPath } from './configPath.js'

describe('checkConfig', () => {
  test('keeps everything, knows every place, and freezes all of it, but not what it was given', () => {
    const given = { model: { type: 'M', parts: [{ type: 'P' }] }, dataset_type: 'X' }
    const config = checkConfig(given)
    expect(config).toEqual(given)
    const model = config.model as { parts: object[] }
    expect(configPath(model)).toBe('model')
    expect(configPath(model.parts[0] ?? {})).toBe('model.parts[0]')
    expect([config, model, model.parts, model.parts[0]].every(Object.isFrozen)).toBe(true)
    expect(Object.isFrozen(given.model)).toBe(false)
  })

  test('an object that stands in two places has two paths', () => {
    const shared = { type: 'Accuracy' }
    const config = checkConfig({ val_evaluator: shared, test_evaluator: shared })
    expect([config.val_evaluator, config.test_evaluator].map((section) => configPath(section as object))).toEqual([
      'val_evaluator',
      'test_evaluator',
    ])
  })

  // The variables that MMPreTrain's 674 recipes keep at the top level, and some sections of theirs as they are.
  test("takes real recipes' own variables", () => {
    const variables = [
      ...[
        'dataset_type',
        'train_pipeline',
        'test_pipeline',
        'rand_increasing_policies',
        'bgr_mean',
        'bgr_std',
        'data_root',
        'view_pipeline',
      ],
      ...['view_pipeline1', 'view_pipeline2', 'img_norm_cfg', 'image_size', 'data', 'evaluation', 'policy_imagenet', 'build_classifier'],
      ...['embed_dims', 'num_classes', 'warmup_epochs', 'query_dataloader', 'gallery_dataloader', 'pretrained', 'vqkd_encoder'],
      ...['layer_scale_init_value', 'drop_path_rate', 'optimizer', 'checkpoint', 'zeroshot_prompt', 'pipeline', 'common_data_cfg'],
      ...['resume_from', 'meta_prompt', 'prompt_tmpl', 'strategy', 'base_train_pipeline', 'train_pipeline_1e', 'temperature', 'ANS2LABEL'],
      ...['EIGVAL', 'EIGVEC', 'policies', 'lr', 'num_crops', 'color_distort_strength', 'batch_size', 'paramwise_cfg', 'ipu_model_cfg'],
      ...['options_cfg', 'runner', 'fp16'],
    ]
    const recipe = {
      ...Object.fromEntries(variables.map((name) => [name, 1])),
      data_preprocessor: { num_classes: 1000, to_rgb: true },
      train_cfg: { by_epoch: true, max_epochs: 300, val_interval: 1 },
      val_cfg: {},
      val_evaluator: [{ type: 'Accuracy', topk: [1, 5] }],
      env_cfg: { cudnn_benchmark: false, mp_cfg: { mp_start_method: 'fork', opencv_num_threads: 0 }, dist_cfg: { backend: 'nccl' } },
      default_hooks: { timer: { type: 'IterTimerHook' }, visualization: null },
      auto_scale_lr: { base_batch_size: 4096 },
      randomness: { seed: null, deterministic: false },
      load_from: null,
      resume: false,
    }
    expect(checkConfig(recipe)).toEqual(recipe)
  })

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a misspelt key', { optim_wraper: {} }, /^optim_wraper: there is no such top-level key\. Did you mean 'optim_wrapper'\?$/],
    ['two letters swapped', { mdoel: {} }, /^mdoel: .*'model'/],
    ['a section that is none', { model: 3 }, /^model: must be a section \(an object\); got 3$/],
    ['a list where a section is due', { train_dataloader: [] }, /^train_dataloader: must be a section/],
    [
      'a list with a non-section',
      { param_scheduler: [{ type: 'A' }, 1] },
      /^param_scheduler: must be a section \(an object\) or a list of sections/,
    ],
    ['a hook that is none', { default_hooks: { timer: true } }, /^default_hooks\.timer: must be a section \(an object\); got true/],
    ['a hook in a list that is none', { custom_hooks: [{ type: 'A' }, 1] }, /^custom_hooks\[1\]: .*an object.*; got 1$/],
    [
      'a misspelt key inside',
      { randomness: { sed: 1 } },
      /^randomness\.sed: there is no key 'sed' here; expected one of seed, deterministic, diff_rank_seed\. Did you mean 'seed'\?$/,
    ],
    ['a number out of range', { randomness: { seed: -1 } }, /^randomness\.seed: .*got -1, expected >=0$/],
    ['a wrong type', { work_dir: 3 }, /^work_dir: the config cannot take this value; got 3, expected string$/],
    ['an unknown choice', { log_level: 'LOUD' }, /^log_level: .*got 'LOUD', expected \("DEBUG" \| "INFO"/],
    ["a key that MMEngine's Config keeps for itself", { pretty_text: 'x' }, /^pretty_text: this key is reserved/],
  ])('%s is an error', (_name, config, message) => {
    expect(() => checkConfig(config)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG', message: expect.stringMatching(message) }))
  })
})
