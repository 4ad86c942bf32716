import type { BackendInfo } from '../backend/backendInfo.js'
import { useBackend } from '../backend/useBackend.js'
import { parseCpuFeatures } from './cpuFeatures.js'
import { measureMatmul } from './measureMatmul.js'
import { type DoctorReport, findings } from './report.js'

const PROGRAMS = ['python3', 'make', 'g++']

/** Looks at this machine and tries its best backend; takes about a second. Node.js only. */
export async function examine(): Promise<DoctorReport> {
  const os = await import('node:os')
  const { backend, failure } = await tryBackend()
  const cpu = {
    model: os.cpus()[0]?.model.trim() ?? 'unknown',
    threads: os.availableParallelism(),
    features: parseCpuFeatures(await readText('/proc/cpuinfo')),
  }
  return {
    node: process.version,
    os: `${os.type()} ${os.release()} ${process.arch}`,
    cpu,
    memoryGiB: os.totalmem() / 2 ** 30,
    backend,
    matmulGflops: backend && (await measureMatmul()),
    missing: findings({
      nodeVersion: process.version,
      platform: process.platform,
      backend,
      failure,
      absentPrograms: await absentPrograms(),
    }),
  }
}

async function tryBackend(): Promise<{ backend: BackendInfo | undefined; failure: string | undefined }> {
  try {
    return { backend: await useBackend('auto'), failure: undefined }
  } catch (error) {
    return { backend: undefined, failure: error instanceof Error ? error.message : String(error) }
  }
}

async function absentPrograms(): Promise<string[]> {
  const { existsSync } = await import('node:fs')
  const { delimiter, join } = await import('node:path')
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return PROGRAMS.filter((program) => !folders.some((folder) => existsSync(join(folder, program))))
}

async function readText(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  return readFile(path, 'utf8').catch(() => '')
}
