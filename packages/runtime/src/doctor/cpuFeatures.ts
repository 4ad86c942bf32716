/** Instruction sets that TensorFlow's kernels choose by, slowest first, and the names that /proc/cpuinfo has for them. */
const FEATURES: readonly (readonly [feature: string, flags: readonly string[]])[] = [
  ['avx', ['avx']],
  ['avx2', ['avx2']],
  ['fma', ['fma']],
  ['avx512', ['avx512f']],
  ['avx512-vnni', ['avx512_vnni']],
  ['avx512-bf16', ['avx512_bf16']],
  ['amx-bf16', ['amx_bf16']],
  ['neon', ['asimd', 'neon']],
  ['bf16', ['bf16']],
]

/**
 * The features named in the text of /proc/cpuinfo (`flags` on x86, `Features` on ARM).
 * @returns undefined when the text names none at all, so that "not known" is never taken for "has none"
 */
export function parseCpuFeatures(cpuinfo: string): string[] | undefined {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1]
  if (line === undefined) return undefined
  const flags = new Set(line.trim().split(/\s+/))
  return FEATURES.filter(([, names]) => names.some((name) => flags.has(name))).map(([feature]) => feature)
}
