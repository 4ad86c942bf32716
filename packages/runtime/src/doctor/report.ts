import type { BackendInfo } from '../backend/backendInfo.js'

/** What the doctor found. */
export interface DoctorReport {
  readonly node: string
  readonly os: string
  readonly cpu: { readonly model: string; readonly threads: number; readonly features: readonly string[] | undefined }
  readonly memoryGiB: number
  /** Absent when no backend runs, and then nothing can train here. */
  readonly backend: BackendInfo | undefined
  /** Measured rate of a float32 matrix product, in 10^9 operations a second. */
  readonly matmulGflops: number | undefined
  readonly missing: readonly Finding[]
}

/** Something that is not there or not right, and the one command that mends it. */
export interface Finding {
  readonly what: string
  readonly fix: string
}

/** What the findings are decided from. */
export interface Facts {
  readonly nodeVersion: string
  readonly platform: string
  readonly backend: BackendInfo | undefined
  /** Why no backend runs. */
  readonly failure: string | undefined
  /** Programs that the native set-up needs and that are not on the PATH. */
  readonly absentPrograms: readonly string[]
}

const INSTALLERS: Readonly<Record<string, string>> = {
  linux: 'sudo apt-get install --yes python3 python3-pip make g++',
  darwin: 'xcode-select --install',
}

/** What is missing, most important first. */
export function findings({ nodeVersion, platform, backend, failure, absentPrograms }: Facts): Finding[] {
  const found: Finding[] = []
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    found.push({ what: `Node.js ${nodeVersion} is older than 20.19`, fix: 'nvm install 22' })
  }
  if (!backend)
    found.push({ what: `no backend runs (${failure ?? 'reason unknown'})`, fix: 'npm install && node tools/setup/setup.mjs --retry' })
  if (backend?.name === 'native') return found
  if (absentPrograms.length > 0) {
    found.push({
      what: `the native backend cannot be built without ${absentPrograms.join(', ')}`,
      fix: (Object.hasOwn(INSTALLERS, platform) ? INSTALLERS[platform] : undefined) ?? `install ${absentPrograms.join(', ')}`,
    })
  }
  if (backend) {
    const why = backend.why ?? 'another was asked for by TESSERA_BACKEND'
    const asked = backend.why === undefined
    found.push({
      what: `the native backend, about ten times as fast as ${backend.name} (${why})`,
      fix: asked ? 'unset TESSERA_BACKEND' : 'node tools/setup/setup.mjs --retry',
    })
  }
  return found
}

/** The report for people, one fact a line. */
export function formatReport(report: DoctorReport): string {
  const { cpu, backend } = report
  const rows: [string, string][] = [
    ['Node.js', report.node],
    ['system', `${report.os}, ${report.memoryGiB.toFixed(1)} GiB memory`],
    ['processor', `${cpu.model}, ${cpu.threads} threads`],
    ['features', cpu.features?.join(' ') ?? 'not known'],
    ['backend', backend ? describeBackend(backend) : 'none'],
  ]
  if (report.matmulGflops !== undefined) rows.push(['matrix product', `${report.matmulGflops.toFixed(0)} GFLOPS (float32)`])
  const lines = rows.map(([name, value]) => `${name.padEnd(16)}${value}`)
  if (report.missing.length === 0) return [...lines, 'nothing is missing'].join('\n')
  for (const { what, fix } of report.missing) lines.push('', `missing: ${what}`, `  get it: ${fix}`)
  return lines.join('\n')
}

function describeBackend({ name, version, threads, simd }: BackendInfo): string {
  const library = name === 'native' ? `TensorFlow ${version}` : `TensorFlow.js ${version}`
  return `${name} (${library}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${simd ? ', SIMD' : ''})`
}
