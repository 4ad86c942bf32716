import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

interface StubRun {
  readonly info: { readonly run_id: string; readonly artifact_uri: string }
  status: string
  readonly tags: Record<string, string>
  readonly params: Record<string, string>
  readonly metrics: { readonly key: string; readonly value: unknown; readonly step: number }[]
}

/** As much of an MLflow server as a run asks for; what it was told is in its fields. */
export class MlflowStub {
  readonly experiments = new Map<string, string>()
  readonly runs: StubRun[] = []
  readonly artifacts = new Map<string, Buffer>()
  readonly authorizations = new Set<string | undefined>()
  /** Answers every request with this status instead. */
  trouble: number | undefined
  private readonly server = createServer(async (request, response) => {
    const { status, body } = await this.answer(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })

  /** @returns its address */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const content = Buffer.concat(chunks)
    if (this.trouble !== undefined) return { status: this.trouble, body: {} }
    this.authorizations.add(request.headers.authorization)
    const url = new URL(request.url ?? '', 'http://stub')
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.*)$/.exec(url.pathname)?.[1]
    if (artifact !== undefined && request.method === 'PUT') {
      this.artifacts.set(decodeURIComponent(artifact), content)
      return { status: 200, body: {} }
    }
    const body: Record<string, unknown> = request.method === 'POST' ? JSON.parse(content.toString()) : Object.fromEntries(url.searchParams)
    const known = this.endpoint(url.pathname.replace('/api/2.0/mlflow/', ''), body)
    return known ?? { status: 404, body: { error_code: 'ENDPOINT_NOT_FOUND', message: url.pathname } }
  }

  private endpoint(endpoint: string, body: Record<string, unknown>): { status: number; body: unknown } | undefined {
    const run = this.runs.find(({ info }) => info.run_id === body['run_id'])
    switch (endpoint) {
      case 'experiments/get-by-name': {
        const id = this.experiments.get(String(body['experiment_name']))
        if (id === undefined) return { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no such experiment' } }
        return { status: 200, body: { experiment: { experiment_id: id } } }
      }
      case 'experiments/create': {
        const id = String(this.experiments.size + 1)
        this.experiments.set(String(body['name']), id)
        return { status: 200, body: { experiment_id: id } }
      }
      case 'runs/search': {
        const wanted = /= '(.*)'$/.exec(String(body['filter']))?.[1]
        const found = this.runs.filter(({ tags }) => tags['tessera.run_id'] === wanted)
        return { status: 200, body: found.length === 0 ? {} : { runs: found.map(described) } }
      }
      case 'runs/create': {
        const id = `run${this.runs.length}`
        const tags = Object.fromEntries((body['tags'] as { key: string; value: string }[]).map(({ key, value }) => [key, value]))
        const created = {
          info: { run_id: id, artifact_uri: `mlflow-artifacts:/1/${id}/artifacts` },
          status: 'RUNNING',
          tags,
          params: {},
          metrics: [],
        }
        this.runs.push(created)
        return { status: 200, body: { run: described(created) } }
      }
      case 'runs/update': {
        if (run !== undefined) run.status = String(body['status'])
        return { status: 200, body: {} }
      }
      case 'runs/log-batch': {
        for (const { key, value } of (body['params'] ?? []) as { key: string; value: string }[]) {
          if (run?.params[key] !== undefined && run.params[key] !== value)
            return { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: `Changing param values is not allowed: ${key}` } }
          if (run !== undefined) run.params[key] = value
        }
        run?.metrics.push(...((body['metrics'] ?? []) as StubRun['metrics']))
        return { status: 200, body: {} }
      }
      default:
        return undefined
    }
  }
}

function described({ info, params }: StubRun): object {
  return { info, data: { params: Object.entries(params).map(([key, value]) => ({ key, value })) } }
}
