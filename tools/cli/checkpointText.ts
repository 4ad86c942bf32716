import type { CheckpointDifference, CheckpointFacts } from '@tessera/engine'

/** Facts and tensors of a checkpoint, a line each. */
export function checkpointTable({ place, meta, files, tensors }: CheckpointFacts): string {
  const lines = [place]
  if (meta !== undefined) {
    lines.push(
      `  ${meta.experiment_name}: epoch ${meta.epoch}, iteration ${meta.iter}${meta.batch > 0 ? ` (batch ${meta.batch})` : ''}, seed ${meta.seed}`,
      `  saved ${new Date(meta.saved_at).toISOString()} by ${Object.entries(meta.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}`,
    )
    if (meta.git !== null) lines.push(`  code ${meta.git.commit}${meta.git.dirty ? ' with changes' : ''}`)
  }
  for (const [name, { bytes, sha256 }] of Object.entries(files)) lines.push(`  ${name}  ${bytes} bytes  sha256 ${sha256}`)
  const widest = Math.max(0, ...tensors.map(({ name }) => name.length))
  let file = ''
  let numbers = 0
  for (const tensor of tensors) {
    if (tensor.file !== file) {
      file = tensor.file
      lines.push('', file)
    }
    numbers += tensor.shape.reduce((a, b) => a * b, 1)
    lines.push(`  ${tensor.name.padEnd(widest)}  ${tensor.dtype}  [${tensor.shape.join(', ')}]`)
  }
  return `${lines.join('\n')}\n\n${tensors.length} tensors, ${numbers} numbers\n`
}

export function differenceText({ tensors, facts, equal }: CheckpointDifference): string {
  const lines = [
    ...facts.map(({ path, before, after }) => `${path}: ${JSON.stringify(before)} against ${JSON.stringify(after)}`),
    ...tensors.map(({ name, kind, largest, detail }) =>
      kind === 'values'
        ? `${name}: differs by at most ${largest?.toPrecision(3)}`
        : `${name}: ${kind}${detail === undefined ? '' : ` ${detail}`}`,
    ),
    `${equal} tensors are equal, ${tensors.length} are not`,
  ]
  return `${lines.join('\n')}\n`
}
