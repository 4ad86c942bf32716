// The JSON Schema that editors use, of everything that is registered, beside our own configs as JSON.
import { join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { configSchema, findConfigs, loadConfig } from '@tessera/core'
import { Ajv } from 'ajv'

const CONFIGS = join(import.meta.dirname, '../configs')
// Own keys, as editors read a file: to Ajv every object would have a `constructor`.
const validate = new Ajv({ strict: false, ownProperties: true }).compile(configSchema())

/** Where a config is wrong and what of; undefined for a valid one. */
function problem(config: unknown): string | undefined {
  if (validate(config)) return undefined
  const known = validate.errors ?? []
  return known.map(({ instancePath, params }) => `${instancePath} ${Object.values(params).join()}`).join('\n')
}

async function asJson(file: string): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(JSON.stringify((await loadConfig(file)).config))
}

const files = findConfigs(CONFIGS).filter((file) => !file.includes('/dist/') && !file.endsWith('.d.ts') && !file.endsWith('.json'))

test('the configs are found', () => {
  expect(files.map((file) => relative(CONFIGS, file))).toContain('vit.ts')
})

test.each(files.map((file) => [relative(CONFIGS, file), file] as const))('%s is valid', async (_name, file) => {
  expect(problem(await asJson(file))).toBeUndefined()
})

describe('a slip in configs/vit.ts is marked', () => {
  test.each([
    ['an option of a component', 'model', 'backbone', 'drop_ratee'],
    ['an option of the optimizer', 'optim_wrapper', 'optimizer', 'weight_decai'],
    ['a rule of the constructor', 'optim_wrapper', 'paramwise_cfg', 'norm_decay_mul'],
    ['an option of the head', 'model', 'head', 'num_class'],
    ['an option of a data set', 'train_dataloader', 'dataset', 'pipelines'],
    ['an option of a sampler', 'train_dataloader', 'sampler', 'shufle'],
  ])('%s', async (_what, section, part, key) => {
    const config = await asJson(join(CONFIGS, 'vit.ts'))
    Object.assign(Object(config[section]?.[part]), { [key]: 1 })
    expect(problem(config)).toContain(`/${section}/${part} ${key}`)
  })

  test('a type', async () => {
    const config = await asJson(join(CONFIGS, 'vit.ts'))
    Object.assign(Object(config['model']?.['backbone']), { type: 'VisionTransfomer' })
    expect(problem(config)).toContain('/model/backbone')
  })
})
