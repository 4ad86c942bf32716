import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { modelsPlugin } from './plugin.js'

/** Classes whose names in a config are no names of classes. */
const OTHER_NAMES: Readonly<Record<string, string>> = { ResNetCifar: 'ResNet_CIFAR', DALLEEncoder: 'DALL-E', T2TViT: 'T2T_ViT' }

test('every file that registers a component is in the plugin, and the other way round', () => {
  const root = fileURLToPath(new URL('.', import.meta.url))
  const registering = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(`${root}${file}`, 'utf8'))
    .filter((source) => source.includes('.registerModule('))
    .map((source) => /registerModule\([^)]*\)\s*export class (\w+)/.exec(source)?.[1])
  expect(modelsPlugin.map((module) => module.name).sort()).toEqual(registering.sort())
  for (const { name } of modelsPlugin) expect([name, MODELS.has(OTHER_NAMES[name] ?? name)]).toEqual([name, true])
})
