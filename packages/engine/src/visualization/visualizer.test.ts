import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { RunContainer, SILENT_LOGGER } from '@tessera/core'
import sharp from 'sharp'
import { enginePlugin } from '../plugin.js'
import { buildVisualizer } from './buildVisualizer.js'
import { captionOf } from './captionOf.js'
import { drawSample } from './drawSample.js'

expect(enginePlugin.length).toBeGreaterThan(0)
const folder = mkdtempSync(path.join(tmpdir(), 'tessera-vis-'))
const visRun = { directory: folder, workDir: folder, experimentName: 'x', runId: 'r', logger: SILENT_LOGGER }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  [{}, []],
  [{ gt_label: [1] }, ['label: dog']],
  [{ gt_label: [0], pred_label: [1], pred_score: Float32Array.of(0.25, 0.75) }, ['label: cat', 'predicted: dog (0.75)']],
  [{ pred_label: [7] }, ['predicted: 7']],
])('the caption of %j', (sample, lines) => expect(captionOf({ metainfo: {}, ...sample }, ['cat', 'dog'])).toEqual(lines))

describe('a drawing', () => {
  const pixels = async (png: Uint8Array) => sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })

  test('shows a small image enlarged, in RGB, the caption below it', async () => {
    // One pixel of pure red as loaded: BGR.
    const image = { data: Uint8Array.of(0, 0, 255), height: 1, width: 1, channels: 3 }
    const { data, info } = await pixels(await drawSample({ image, caption: ['a <b> & "c"'] }))
    expect(info.width).toBe(224)
    expect(info.height).toBeGreaterThan(224 + 12 + 5)
    expect(info.height).toBeLessThan(224 + 12 + 40)
    expect([...data.subarray(0, 3)]).toEqual([255, 0, 0])
    const text = data.subarray(224 * 224 * 3)
    expect(text.some((byte) => byte < 100)).toBe(true)
  })

  test('stretches normalized values to what can be seen', async () => {
    const image = { data: Float32Array.of(-2, 2), height: 1, width: 2, channels: 1 }
    const { data } = await pixels(await drawSample({ image, caption: [] }))
    expect([data[0], data[448 * 3 - 3]]).toEqual([0, 255])
  })
})

test('backends from a recipe: images go to vis_image, scalars to another file where one is named', async () => {
  const config = {
    visualizer: {
      type: 'UniversalVisualizer',
      vis_backends: [{ type: 'LocalVisBackend' }, { type: 'LocalVisBackend', scalar_save_file: 'own.json' }],
    },
  }
  const visualizer = buildVisualizer(config, visRun, new RunContainer())
  await visualizer.addScalars({ loss: 1.5 }, 3)
  const image = { data: new Uint8Array(12), height: 2, width: 2, channels: 3 }
  await visualizer.addSample('../val_7', { image, caption: [] }, 2)
  expect(readdirSync(folder).sort()).toEqual(['own.json', 'vis_image'])
  expect(JSON.parse(readFileSync(path.join(folder, 'own.json'), 'utf8'))).toEqual({ loss: 1.5, step: 3 })
  // A hostile name stays inside the folder.
  expect(existsSync(path.join(folder, 'vis_image/val_7_2.png'))).toBe(true)
})

test('a misspelt backend is named', () => {
  const build = () => buildVisualizer({ vis_backends: [{ type: 'LocalVisBackends' }] }, visRun, new RunContainer())
  expect(build).toThrow(/LocalVisBackend/)
})
