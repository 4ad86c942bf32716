import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ROOT } from './prepare.mjs'
import { runCommand } from './runCommand.mjs'

/** A house in which each file breaks the one rule it is listed with; a rule that stops working makes its line go missing. */
const BROKEN = [
  ['packages/core/src/index.ts', "import '../../runtime/src/index.js'", 'core-imports-only-itself'],
  ['packages/runtime/src/index.ts', "import '../../nn/src/index.js'", 'runtime-imports-only-core'],
  ['packages/nn/src/index.ts', "import '../../optim/src/index.js'", 'nn-imports-only-core-runtime'],
  ['packages/optim/src/index.ts', "import '../../models/src/index.js'", 'optim-imports-only-core-runtime-nn'],
  ['packages/models/src/index.ts', "import '../../../tools/train.js'", 'models-imports-only-core-runtime-nn'],
  ['packages/models/src/deep.ts', "import '../../nn/src/inner.js'", 'a-package-is-entered-by-its-index'],
  ['packages/nn/src/inner.ts', "import '@tensorflow/tfjs-core'", 'only-runtime-imports-tensorflow'],
  ['packages/nn/src/other.ts', "import 'inversify'", 'only-core-imports-inversify'],
  ['packages/engine/src/a.ts', "import { b } from './b.js'\nexport const a = b", 'no-cycles'],
  ['packages/engine/src/c.ts', "import './nowhere.js'", 'resolvable'],
  ['packages/engine/src/d.ts', "import './d.test.js'", 'product-code-does-not-import-tests'],
  ['configs/vit.ts', "import '../tools/train.js'", 'configs-do-not-import-tools'],
]
const SOUND = [
  ['packages/engine/src/b.ts', "import { a } from './a.js'\nexport const b = a"],
  ['packages/engine/src/d.test.ts', ''],
  ['packages/data/src/index.ts', "import '../../core/src/index.js'\nimport '../../nn/src/index.js'"],
  ['packages/data/src/typeA.ts', "import type { B } from './typeB.js'\nexport type A = B[]"],
  ['packages/data/src/typeB.ts', "import type { A } from './typeA.js'\nexport interface B { a: A }"],
  ['tools/train.ts', "import '../packages/engine/src/index.js'"],
  ['packages/engine/src/index.ts', "import '../../core/src/index.js'"],
]

/** @type {string} */
let house

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'tessera-rules-'))
  for (const [path = '', text = ''] of [...BROKEN, ...SOUND]) {
    mkdirSync(dirname(join(house, path)), { recursive: true })
    writeFileSync(join(house, path), `${text}\nexport {}\n`)
  }
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'))
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json']) symlinkSync(join(ROOT, name), join(house, name))
})

afterAll(() => rmSync(house, { recursive: true, force: true }))

test('every broken rule is reported where it is broken, and sound files are not', async () => {
  const cruiser = join(ROOT, 'node_modules/.bin/depcruise')
  const report = join(house, 'report.json')
  await runCommand(cruiser, ['--output-type', 'json', '--output-to', report, 'packages', 'configs', 'tools'], { cwd: house })
  const { summary } = JSON.parse(readFileSync(report, 'utf8'))
  /** @type {string[]} */
  const found = summary.violations.map((/** @type {{ from: string, rule: { name: string } }} */ v) => `${v.from} ${v.rule.name}`)
  const expected = BROKEN.map(([path, , rule]) => `${path} ${rule}`)
  expect(expected.filter((line) => !found.includes(line))).toEqual([])
  const sound = new Set(SOUND.map(([path]) => path))
  expect(found.filter((line) => sound.has(line.split(' ')[0]))).toEqual([])
})
