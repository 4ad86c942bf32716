import { TesseraError } from '@tessera/core'
import * as v from 'valibot'

/** Slower than this, a server counts as not there. */
const TIMEOUT_MS = 15_000

/** The server was not reached, or said that it is in trouble itself: the same request may work later. */
export class MlflowUnreachable extends Error {}

/** The server understood, and refused. */
export class MlflowRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const refusal = v.object({ error_code: v.optional(v.string()), message: v.optional(v.string()) })

/** MLflow's REST API, version 2.0; who the user is by MLflow's own environment variables. */
export class MlflowClient {
  /** Without user and password: for messages. */
  readonly address: string
  private readonly base: string
  private readonly authorization: string | undefined

  /** @throws TesseraError INVALID_OPTIONS when it is no address of a server */
  constructor(uri: string, environment: Readonly<Record<string, string | undefined>> = process.env) {
    const url = parseServer(uri)
    this.authorization = authorizationOf(url, environment)
    url.username = ''
    url.password = ''
    this.address = url.href.replace(/\/+$/, '')
    this.base = `${this.address}/api/2.0`
  }

  get isLocal(): boolean {
    return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(this.base).hostname)
  }

  get<TSchema extends v.GenericSchema>(endpoint: string, query: Readonly<Record<string, string>>, schema: TSchema) {
    return this.ask(`${this.base}/mlflow/${endpoint}?${new URLSearchParams(query)}`, { method: 'GET' }, schema)
  }

  post<TSchema extends v.GenericSchema>(endpoint: string, body: object, schema: TSchema) {
    const headers = { 'content-type': 'application/json' }
    return this.ask(`${this.base}/mlflow/${endpoint}`, { method: 'POST', headers, body: JSON.stringify(body) }, schema)
  }

  /** @param path below the server's store of artifacts */
  async putArtifact(path: string, content: Uint8Array): Promise<void> {
    const place = path.split('/').map(encodeURIComponent).join('/')
    const headers = { 'content-type': 'application/octet-stream' }
    const body = Uint8Array.from(content)
    await this.ask(`${this.base}/mlflow-artifacts/artifacts/${place}`, { method: 'PUT', headers, body }, v.unknown())
  }

  private async ask<TSchema extends v.GenericSchema>(
    url: string,
    request: RequestInit & { headers?: Record<string, string> },
    schema: TSchema,
  ): Promise<v.InferOutput<TSchema>> {
    const headers = { ...request.headers, ...(this.authorization !== undefined && { authorization: this.authorization }) }
    const { status, text } = await answerOf(url, { ...request, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (status >= 500 || status === 429) throw new MlflowUnreachable(`it answers ${status}`)
    const answer = json(text)
    if (status >= 400) {
      const known = v.safeParse(refusal, answer)
      const { error_code = String(status), message = text.slice(0, 200) } = known.success ? known.output : {}
      throw new MlflowRefused(error_code, message)
    }
    const parsed = v.safeParse(schema, answer)
    if (!parsed.success) throw new MlflowUnreachable('its answer is not one of an MLflow server')
    return parsed.output
  }
}

async function answerOf(url: string, request: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, request)
    return { status: response.status, text: await response.text() }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new MlflowUnreachable(cause instanceof Error ? cause.message || cause.name : String(cause))
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return undefined
  }
}

function parseServer(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'not the address of an MLflow server',
    path: 'MLflowVisBackend.tracking_uri',
    got: uri,
    expected: 'http://… or https://…',
    hint: 'A folder of runs needs a server in front of it: mlflow server --backend-store-uri FOLDER.',
  })
}

function authorizationOf(url: URL, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const token = environment['MLFLOW_TRACKING_TOKEN']
  if (token !== undefined) return `Bearer ${token}`
  const user = url.username !== '' ? decodeURIComponent(url.username) : environment['MLFLOW_TRACKING_USERNAME']
  const password = url.username !== '' ? decodeURIComponent(url.password) : environment['MLFLOW_TRACKING_PASSWORD']
  return user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`
}
