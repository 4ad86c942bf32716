import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { TesseraError } from '@tessera/core'
import { RunStore } from '../runs/runStore.js'
import { BadQuestion, configOf, imageOf, imagesOf, seriesOf } from './answers.js'
import { refusalOf, SAFE_HEADERS } from './guard.js'
import { type PageFile, pageFiles } from './pageFiles.js'

export interface DashboardOptions {
  /** Folders with work dirs in them, or work dirs. */
  readonly roots: readonly string[]
  /** 0: any that is free. */
  readonly port: number
}

export interface Dashboard {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves the page on 127.0.0.1, to nobody else and for reading only.
 * @throws TesseraError INVALID_USAGE for a port that is taken
 */
export async function startDashboard({ roots, port }: DashboardOptions): Promise<Dashboard> {
  const store = new RunStore(roots)
  const files = pageFiles()
  let bound = port
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 5000 }, (request, response) => {
    answer(request, response, { store, files, port: bound }).catch((error: unknown) => fail(response, error))
  })
  server.maxConnections = 200
  bound = await listening(server, port)
  return { url: `http://127.0.0.1:${bound}/`, close: () => closed(server) }
}

interface Served {
  readonly store: RunStore
  readonly files: ReadonlyMap<string, PageFile>
  readonly port: number
}

async function answer(request: IncomingMessage, response: ServerResponse, { store, files, port }: Served): Promise<void> {
  const { method, url, headers } = request
  const site = headers['sec-fetch-site']
  const asked = { method, url, host: headers.host, origin: headers.origin, site: typeof site === 'string' ? site : undefined }
  const refusal = refusalOf(asked, port)
  if (refusal !== undefined) return send(response, refusal.status, 'text/plain', refusal.why)
  // Parsed by hand: an address is looked up as it is written, never resolved.
  const [address = '', search = ''] = (url ?? '').split('?', 2)
  const file = files.get(address)
  if (file !== undefined) return send(response, 200, file.type, file.body)
  const query = new URLSearchParams(search)
  switch (address) {
    case '/api/runs': {
      await store.refresh()
      const list = store.list()
      if (list.read === list.total && query.get('since') === String(list.version)) return send(response, 204, 'text/plain', '')
      return json(response, list)
    }
    case '/api/series':
      return json(response, seriesOf(store, query))
    case '/api/config':
      return json(response, await configOf(store, query))
    case '/api/images':
      return json(response, imagesOf(store, query))
    case '/image':
      return send(response, 200, 'image/png', imageOf(store, query))
    default:
      return send(response, 404, 'text/plain', 'no such address')
  }
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else if (error instanceof BadQuestion) send(response, error.status, 'text/plain', error.message)
  else send(response, 500, 'text/plain', 'the server could not answer')
}

function json(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json; charset=utf-8', JSON.stringify(value))
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new TesseraError('INVALID_USAGE', {
              what: 'the port is taken',
              path: '--port',
              got: port,
              hint: 'Choose another, or 0 for any that is free.',
              cause,
            })
          : cause,
      ),
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
