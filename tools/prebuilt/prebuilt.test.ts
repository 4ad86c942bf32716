import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'
import { prebuilt } from './prebuilt.js'
import { packageEntries } from './sources.js'

const root = mkdtempSync(join(tmpdir(), 'tessera-prebuilt-'))
const cache = join(root, 'node_modules/.cache')
afterAll(() => rmSync(root, { recursive: true }))

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
}

write('package-lock.json', '{}')
write('node_modules/esbuild/package.json', '{}')
write('tsconfig.base.json', '{}')
write('tsconfig.json', '{ "compilerOptions": { "target": "ES2022", "experimentalDecorators": true } }')
for (const name of ['one', 'two']) write(`packages/${name}/package.json`, `{ "name": "@it/${name}", "exports": { ".": "./src/index.ts" } }`)
write('configs/package.json', '{ "name": "@it/configs", "exports": { ".": { "default": "./index.js" } } }')
write('configs/index.js', "export * from '@it/two'")
write('packages/one/src/index.ts', "export { Named, seen } from './named.js'")
write('packages/one/src/named.ts', 'export const seen: string[] = []\n@(target => { seen.push(target.name) })\nexport class Named {}')
write('packages/two/src/index.ts', "import { seen } from '@it/one'\nexport const answer = (): unknown => [seen, import.meta.url]")
/** What a process answers that imports a built package. */
function answerOf(folder: string): unknown {
  const file = pathToFileURL(join(folder, 'it-configs.mjs')).href
  const code = `import { answer } from ${JSON.stringify(file)}\nprocess.stdout.write(JSON.stringify(answer()))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env: {} })
  return stdout === '' ? stderr : JSON.parse(stdout)
}

const build = () => prebuilt(root, packageEntries(root), cache)
const place = pathToFileURL(join(root, 'packages/two/src/index.ts')).href

test('what is built is what the sources say, at every edit; the same sources are built once', async () => {
  const first = (await build()) ?? ''
  // One module each, whoever imports it; classes keep their names and files know where they stand.
  expect(answerOf(first)).toEqual([['Named'], place])
  expect(await build()).toBe(first)
  write('packages/one/src/named.ts', "export const seen = ['edited']\nexport class Named {}")
  const second = (await build()) ?? ''
  expect(answerOf(second)).toEqual([['edited'], place])
  write('packages/one/src/added.ts', 'export {}')
  const third = await build()
  expect(new Set([first, second, third]).size).toBe(3)
  // Nothing half made is left.
  expect(
    readdirSync(cache)
      .map((name) => join(cache, name))
      .sort(),
  ).toEqual([first, second, third].sort())
})

test('untouched sources are known by their times; an edit of the same length shows, whatever its time is set to', async () => {
  const [file, notes] = [join(root, 'packages/one/src/named.ts'), () => readdirSync(cache).filter((name) => name.endsWith('.hash'))]
  const known = () => prebuilt(root, packageEntries(root), cache, Number.NEGATIVE_INFINITY)
  const first = await known()
  // Noted where the folder was there already: what was just built is noted by the next start.
  expect(await known()).toBe(first)
  expect(notes()).toHaveLength(1)
  const { atime, mtime } = statSync(file)
  write('packages/one/src/named.ts', "export const seen = ['EDITED']\nexport class Named {}")
  utimesSync(file, atime, mtime)
  const second = await known()
  expect(second).not.toBe(first)
  expect(answerOf(second ?? '')).toEqual([['EDITED'], place])
  expect(await known()).toBe(second)
  expect(notes()).toHaveLength(2)
  for (const note of notes()) truncateSync(join(cache, note))
  expect(await known()).toBe(second)
  // One that was touched a moment ago is read.
  const before = notes()
  utimesSync(file, new Date(), new Date())
  expect(await build()).toBe(second)
  expect(notes()).toEqual(before)
})

test('sources that cannot be built leave nothing behind', async () => {
  const before = readdirSync(cache)
  write('packages/one/src/named.ts', 'export const seen = [')
  await expect(build()).rejects.toThrow(/named\.ts/)
  expect(readdirSync(cache)).toEqual(before)
})
