import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { downloadFileToCacheDir, getHFHubCachePath, type ListFileEntry, listFiles } from '@huggingface/hub'
import { TesseraError } from '@tessera/core'

/** `hf://owner/name`, `hf://owner/name@revision`, `hf://owner/name/file.safetensors`. */
export interface HubPlace {
  readonly repo: string
  readonly revision: string
  readonly file?: string
}

export interface HubOptions {
  /** Default: Hugging Face's own cache. */
  readonly cacheDir?: string
  /** For repositories that are not public. */
  readonly accessToken?: string
  /** Called while a file comes in. */
  readonly onProgress?: (file: string, loadedBytes: number, totalBytes: number) => void
  readonly fetch?: typeof fetch
}

const REVISION = 'main'
/** What is looked for, in this order: never a pickle where safetensors are. */
const USUAL_FILES = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin', 'pytorch_model.bin.index.json']

export function parseHubPlace(place: string): HubPlace | undefined {
  const match = /^hf:\/\/([\w.-]+\/[\w.-]+)(?:@([\w./-]+?))?(?:\/([\w./-]+\.\w+))?$/.exec(place)
  if (match === null) return undefined
  const [, repo = '', revision = REVISION, file] = match
  return { repo, revision, ...(file !== undefined && { file }) }
}

/**
 * Fetches a model's weights into the cache, or finds them there.
 * @returns the file to open, its shards beside it
 * @throws TesseraError CHECKPOINT_NOT_FOUND saying whether the hub cannot be reached, or has no such thing
 */
export async function hubWeights(place: HubPlace, options: HubOptions = {}): Promise<string> {
  try {
    return await download(place, options)
  } catch (cause) {
    if (cause instanceof TesseraError) throw cause
    const status = statusOf(cause)
    const cached = status === undefined ? cachedWeights(place, options) : undefined
    if (cached !== undefined) return cached
    throw new TesseraError('CHECKPOINT_NOT_FOUND', {
      what:
        status === undefined
          ? 'the Hugging Face hub cannot be reached, and the weights are not in its cache'
          : `the Hugging Face hub answered ${status}`,
      path: `hf://${place.repo}`,
      hint:
        status === undefined
          ? 'Without a network, give the path of a file or folder of weights.'
          : 'Check the name and the revision; a private repository needs an access token.',
      cause,
    })
  }
}

async function download(place: HubPlace, options: HubOptions): Promise<string> {
  const { repo, revision } = place
  const counter = { bytes: 0, tell: (_: number): void => {} }
  const shared = {
    repo: { type: 'model' as const, name: repo },
    revision,
    fetch: counting(options.fetch ?? fetch, (bytes) => {
      counter.bytes += bytes
      counter.tell(counter.bytes)
    }),
    ...(options.accessToken !== undefined && { accessToken: options.accessToken }),
  }
  const listed = new Map<string, ListFileEntry>()
  for await (const entry of listFiles({ ...shared, recursive: true })) listed.set(entry.path, entry)
  const main = place.file ?? USUAL_FILES.find((name) => listed.has(name))
  const entry = main === undefined ? undefined : listed.get(main)
  if (main === undefined || entry === undefined) {
    throw new TesseraError('CHECKPOINT_NOT_FOUND', {
      what: 'the repository holds no such weights',
      path: `hf://${repo}`,
      got: [...listed.keys()].slice(0, 12),
      expected: place.file ?? USUAL_FILES.join(', '),
    })
  }
  const stem = main.replace(/\.index\.json$/, '').replace(/\.\w+$/, '')
  const shards = main.endsWith('.index.json') ? [...listed.values()].filter((one) => one.path.startsWith(`${stem}-`)) : []
  let result = ''
  for (const one of [...shards, entry]) {
    counter.bytes = 0
    counter.tell = (loaded) => options.onProgress?.(one.path, Math.min(loaded, one.size), one.size)
    result = await downloadFileToCacheDir({
      ...shared,
      path: one.path,
      ...(options.cacheDir !== undefined && { cacheDir: options.cacheDir }),
    })
    if (counter.bytes >= one.size && one.lfs !== undefined) await verify(result, one.lfs.oid, `hf://${repo}/${one.path}`)
  }
  return result
}

/** The hub names large files by their SHA-256: what came in must be that. */
async function verify(file: string, expected: string, place: string): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  const got = hash.digest('hex')
  if (got !== expected) throw new TesseraError('CHECKPOINT_INVALID', { what: 'the download is damaged', path: place, got, expected })
}

/** What an earlier download left, newest revision by the name that was asked for. */
function cachedWeights({ repo, file }: HubPlace, { cacheDir }: HubOptions): string | undefined {
  const snapshots = path.join(cacheDir ?? getHFHubCachePath(), `models--${repo.replace('/', '--')}`, 'snapshots')
  if (!existsSync(snapshots)) return undefined
  const names = file === undefined ? USUAL_FILES : [file]
  return readdirSync(snapshots)
    .flatMap((snapshot) => names.map((name) => path.join(snapshots, snapshot, name)))
    .find((candidate) => existsSync(candidate))
}

function counting(inner: typeof fetch, onBytes: (bytes: number) => void): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init)
    if (response.body === null) return response
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          onBytes(chunk.byteLength)
          controller.enqueue(chunk)
        },
      }),
    )
    return new Response(counted, response)
  }
}

function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined
  return typeof status === 'number' ? status : undefined
}
