import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { RunList } from '../api.js'
import { type Dashboard, startDashboard } from './dashboardServer.js'

let root = ''
let dashboard: Dashboard
let visData = ''

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'tessera-dashboard-'))
  visData = path.join(root, 'a', '20260101_000000', 'vis_data')
  mkdirSync(path.join(visData, 'vis_image'), { recursive: true })
  writeFileSync(path.join(visData, 'config.json'), JSON.stringify({ train_dataloader: { batch_size: 4 }, train_cfg: { max_iters: 30 } }))
  writeFileSync(path.join(visData, 'scalars.json'), '{"loss":2,"iter":10,"step":10}\n{"loss":1,"iter":20,"step":20}\n{"acc":5,"step":20}\n')
  writeFileSync(path.join(visData, 'vis_image', 'val_3_1.png'), 'PNG')
  dashboard = await startDashboard({ roots: [root], port: 0 })
})
afterEach(async () => {
  await dashboard.close()
  rmSync(root, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** As it is written: fetch would tidy the path up and not let us choose the host. */
function ask(
  address: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { port, host } = new URL(dashboard.url)
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: address, method, headers: { host, ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function runs(): Promise<RunList> {
  return JSON.parse((await ask('/api/runs')).body)
}

async function idOfFirst(): Promise<string> {
  return (await runs()).runs[0]?.id ?? ''
}

test('the page and every file that it names are there', async () => {
  const page = await ask('/')
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
  const named = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => `/${match[1]}`)
  expect(named).toEqual(expect.arrayContaining(['/app.js', '/style.css', '/uplot.css']))
  const seen = new Set<string>()
  const queue = [...named]
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (seen.has(address)) continue
    seen.add(address)
    const { status, body } = await ask(address)
    expect([address, status]).toEqual([address, 200])
    for (const match of body.matchAll(/^import .* from '\.\/([^']+)'/gm)) queue.push(`/${match[1]}`)
  }
  expect(seen).toContain('/uplot.js')
})

test('what a run is doing, and its curves', async () => {
  const list = await runs()
  expect(list).toMatchObject({ read: 1, total: 1, runs: [{ name: 'a', iter: 20, maxIters: 30, batchSize: 4, status: 'quiet', images: 1 }] })
  const id = list.runs[0]?.id
  const { body } = await ask(`/api/series?run=${id}&key=train/loss&key=val/acc&key=train/none`)
  expect(JSON.parse(body)).toEqual({ 'train/loss': { x: [10, 20], y: [2, 1] }, 'val/acc': { x: [20], y: [5] } })
  const smooth = JSON.parse((await ask(`/api/series?run=${id}&key=train/loss&smooth=0.5&from=15&to=30`)).body)
  expect(smooth['train/loss']).toMatchObject({ x: [10, 20], smooth: { x: [10, 20], y: [2, 4 / 3] } })
})

test('nothing new is 204; new lines, images and runs are news', async () => {
  const { version } = await runs()
  expect((await ask(`/api/runs?since=${version}`)).status).toBe(204)
  writeFileSync(path.join(visData, 'scalars.json'), '{"loss":0.5,"iter":30,"step":30}\n', { flag: 'a' })
  const news: RunList = JSON.parse((await ask(`/api/runs?since=${version}`)).body)
  expect(news.version).toBeGreaterThan(version)
  expect(news.runs[0]).toMatchObject({ iter: 30, status: 'finished' })
})

test('samples by their key', async () => {
  const id = await idOfFirst()
  const { images } = JSON.parse((await ask(`/api/images?run=${id}`)).body)
  expect(images).toEqual([{ key: expect.stringMatching(/^[0-9a-f]{16}$/), name: 'val_3', step: 1 }])
  expect(await ask(`/image?run=${id}&key=${images[0].key}`)).toMatchObject({
    status: 200,
    body: 'PNG',
    headers: { 'content-type': 'image/png' },
  })
})

test('a config, value by value', async () => {
  const { body } = await ask(`/api/config?run=${await idOfFirst()}`)
  expect(JSON.parse(body)).toMatchObject({
    problems: [],
    rows: [
      { path: 'train_dataloader.batch_size', values: ['4'] },
      { path: 'train_cfg.max_iters', values: ['30'] },
    ],
  })
})

test('a config that is written after the run was seen is read all the same', async () => {
  const text = readFileSync(path.join(visData, 'config.json'))
  rmSync(path.join(visData, 'config.json'))
  expect((await runs()).runs[0]).not.toHaveProperty('maxIters')
  writeFileSync(path.join(visData, 'config.json'), text)
  expect((await runs()).runs[0]).toMatchObject({ maxIters: 30, batchSize: 4 })
})

test("a config of MMEngine's is read as data, and one that would reach out says that it cannot be shown", async () => {
  rmSync(path.join(visData, 'config.json'))
  writeFileSync(path.join(visData, 'config.py'), "train_cfg = dict(max_epochs=3)\nmodel = dict(type='A', sizes=(1, 2))\n")
  await dashboard.close()
  dashboard = await startDashboard({ roots: [root], port: 0 })
  const id = await idOfFirst()
  expect(JSON.parse((await ask(`/api/config?run=${id}`)).body).rows).toContainEqual({ path: 'model.type', values: ["'A'"] })
  writeFileSync(path.join(visData, 'config.py'), "import os\nos.system('touch /tmp/never')\n")
  await dashboard.close()
  dashboard = await startDashboard({ roots: [root], port: 0 })
  const answer = JSON.parse((await ask(`/api/config?run=${await idOfFirst()}`)).body)
  expect(answer).toMatchObject({ rows: [], problems: [{ problem: expect.stringContaining('config.py cannot be read') }] })
})

test.each([
  '/etc/passwd',
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fpackage.json',
  '/..\\..\\package.json',
  '/@fs/etc/passwd',
  '/@fs/etc/passwd?raw??',
  '/file=/etc/passwd',
  '/gradio_api/file=/etc/passwd',
  '//etc/passwd',
  '/./app.js',
  '/app.js/../../package.json',
  '/app.js%00.png',
  '/app.js#?/etc/passwd',
  '/image?run=x&key=../../etc/passwd',
  '/api/series?run=../..&key=a',
  '/api/config?run=/etc/passwd',
  '/tsconfig.json',
  '/api.ts',
])('%s is nothing that we have', async (address) => {
  expect((await ask(address)).status).toBe(404)
})

test('questions out of measure', async () => {
  const id = await idOfFirst()
  for (const bad of ['points=1e9', 'points=0', 'points=x', 'smooth=1', 'smooth=NaN', 'axis=iter;drop', 'from=', 'to=Infinity']) {
    expect([bad, (await ask(`/api/series?run=${id}&key=train/loss&${bad}`)).status]).toEqual([bad, 400])
  }
  expect((await ask('/api/config')).status).toBe(400)
})

test('no link leads out: neither of a work dir, a log, nor an image', async () => {
  const outside = mkdtempSync(path.join(tmpdir(), 'tessera-outside-'))
  mkdirSync(path.join(outside, '20260101_000000', 'vis_data', 'vis_image'), { recursive: true })
  writeFileSync(path.join(outside, 'secret_1.png'), 'SECRET')
  symlinkSync(outside, path.join(root, 'b'))
  symlinkSync(path.join(outside, 'secret_1.png'), path.join(visData, 'vis_image', 'secret_1.png'))
  rmSync(path.join(visData, 'scalars.json'))
  symlinkSync(path.join(outside, 'secret_1.png'), path.join(visData, 'scalars.json'))
  try {
    const list = await runs()
    expect(list.runs.map(({ name }) => name)).toEqual(['a'])
    expect(list.runs[0]).toMatchObject({ iter: 0, images: 1, unreadable: 0 })
  } finally {
    rmSync(outside, { recursive: true })
  }
})

test('strangers are refused, and every answer carries the rules for browsers', async () => {
  expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(403)
  expect((await ask('/api/runs', { headers: { origin: 'http://evil.example' } })).status).toBe(403)
  expect((await ask('/api/runs', { method: 'POST' })).status).toBe(405)
  for (const address of ['/', '/api/runs', '/none']) {
    const { headers } = await ask(address)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('garbage instead of a request does not end the server', async () => {
  const { port } = new URL(dashboard.url)
  for (const garbage of ['\0\0\0\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET / HTTP/1.1\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`]) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(garbage))
      socket.on('close', () => resolve())
      socket.on('error', () => resolve())
      socket.resume()
    })
  }
  expect((await ask('/')).status).toBe(200)
})

test('a port that is taken is said', async () => {
  const port = Number(new URL(dashboard.url).port)
  await expect(startDashboard({ roots: [root], port })).rejects.toMatchObject({
    code: 'INVALID_USAGE',
    message: expect.stringContaining(String(port)),
  })
})
