import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { modelsPlugin } from './plugin.js'

test('every file that registers a component is in the plugin, and the other way round', () => {
  const root = fileURLToPath(new URL('.', import.meta.url))
  const registering = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(`${root}${file}`, 'utf8'))
    .filter((source) => source.includes('.registerModule('))
    .map((source) => /registerModule\([^)]*\)\s*export class (\w+)/.exec(source)?.[1])
  expect(modelsPlugin.map((module) => module.name).sort()).toEqual(registering.sort())
  for (const { name } of modelsPlugin) expect([name, MODELS.has(name === 'ResNetCifar' ? 'ResNet_CIFAR' : name)]).toEqual([name, true])
})
