/// <reference lib="dom" />
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Dashboard, startDashboard } from '@tessera/dashboard'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../../tools/setup/browser.mjs'

const HOSTILE = '<img src=x onerror=document.title=1>'

let browser: Browser
let root = ''
let dashboard: Dashboard
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] })
})
afterAll(() => browser.close())

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'tessera-page-'))
  writeRun('first', 0.01)
  writeRun(HOSTILE, 0.02)
  dashboard = await startDashboard({ roots: [root], port: 0 })
  page = await browser.newPage({ viewport: { width: 1300, height: 900 } })
  complaints.length = 0
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(dashboard.url)
  await page.waitForSelector('.card canvas')
})
afterEach(async () => {
  await page.close()
  await dashboard.close()
  rmSync(root, { recursive: true })
  expect(complaints).toEqual([])
})

function writeRun(name: string, lr: number): void {
  const folder = path.join(root, name, '20260101_000000', 'vis_data')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ optim_wrapper: { optimizer: { lr } }, train_cfg: { max_iters: 100 } }))
  const rows = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify({ loss: 1 / (i + 1), time: 0.1, data_time: 0.01, iter: i + 1, step: i + 1 }),
  )
  writeFileSync(path.join(folder, 'scalars.json'), `${rows.join('\n')}\n{"accuracy/top1": 55.5, "step": 50}\n`)
  const rates = [{ groups: [{ name: 'layer 0' }, { name: 'layer 1' }] }, ...[1, 50].map((step) => ({ step, lr: [lr / 2, lr] }))]
  writeFileSync(path.join(folder, 'learning_rates.json'), `${rates.map((row) => JSON.stringify(row)).join('\n')}\n`)
}

async function tab(name: string): Promise<void> {
  await page.getByRole('tab', { name }).click()
}

test('runs are listed, and each curve has its card', async () => {
  await page.waitForFunction(() => document.querySelectorAll('.card canvas').length === 2)
  expect(await page.locator('.card h3').allTextContents()).toEqual(['accuracy/top1 validation', 'loss training'])
  expect(await page.locator('#runs .name').allTextContents()).toEqual([HOSTILE, 'first'])
  expect(await page.locator('#runs .facts').first().textContent()).toContain('accuracy/top1 55.5')
})

test('names are text, whatever they say', async () => {
  expect(await page.title()).toBe('Tessera runs')
  expect(await page.locator('img').count()).toBe(0)
})

test('lines that are written while the page is open appear on it', async () => {
  appendFileSync(path.join(root, 'first', '20260101_000000', 'vis_data', 'scalars.json'), '{"loss": 0.001, "iter": 77, "step": 77}\n')
  await page.getByText('iteration 77/100').waitFor({ timeout: 10_000 })
})

test('dragging zooms into all curves; the button brings the whole range back', async () => {
  const over = page.locator('.card .u-over').last()
  const box = await over.boundingBox()
  if (box === null) throw new Error('the chart has no area')
  await page.mouse.move(box.x + box.width * 0.2, box.y + 50)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.4, box.y + 50, { steps: 5 })
  await page.mouse.up()
  const asked = page.waitForRequest((request) => request.url().includes('/api/series') && !request.url().includes('from='))
  await page.getByRole('button', { name: 'Whole range' }).click()
  await asked
  expect(await page.getByRole('button', { name: 'Whole range' }).isVisible()).toBe(false)
})

test('layers, settings that differ, and speed have their tabs; the address keeps what is shown', async () => {
  await tab('Learning rates')
  await page.waitForFunction(() => document.querySelectorAll('.card canvas').length >= 2)
  expect(await page.locator('.u-legend').first().textContent()).toContain('layer 1')
  await tab('Config')
  await page.getByText('What differs (1 settings)').waitFor()
  expect(await page.locator('.facts-table tbody td').allTextContents()).toEqual(['optim_wrapper.optimizer.lr', '0.02', '0.01'])
  await tab('Throughput')
  await page.getByText('samples a second').waitFor()
  expect(await page.locator('#throughput tbody tr').first().textContent()).toContain('10010 %')
  await page.reload()
  await page.getByText('samples a second').waitFor()
})

test('a run that is switched off is not drawn', async () => {
  // x and the two runs, in both cards; then x and one.
  const lines = (count: number) =>
    page.waitForFunction((wanted) => document.querySelectorAll('.u-legend .u-series:not([hidden])').length === wanted, count)
  await lines(6)
  await page.locator('#runs input').first().uncheck()
  await lines(4)
})

test('a server that is gone is said', async () => {
  await dashboard.close()
  await page.getByText('The server does not answer').waitFor({ timeout: 10_000 })
  complaints.length = 0
  dashboard = await startDashboard({ roots: [root], port: Number(new URL(page.url()).port) })
  await page.waitForFunction(() => document.getElementById('problem')?.hidden === true)
  complaints.length = 0
})
