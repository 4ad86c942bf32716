import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const TORCH = '2.15.0'

/** The Python of a virtual environment with PyTorch, made once for the user (about 3 GB from PyPI: its only Linux build carries CUDA). */
export function torchPython(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tessera', `bench-torch-${TORCH}`)
  const python = join(folder, 'bin/python')
  if (!existsSync(join(folder, 'complete'))) {
    process.stderr.write(`bench: installing PyTorch ${TORCH} into ${folder}\n`)
    execFileSync('python3', ['-m', 'venv', '--clear', folder], { stdio: 'inherit' })
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', `torch==${TORCH}`, 'numpy', 'setuptools'], { stdio: 'inherit' })
    execFileSync('touch', [join(folder, 'complete')])
  }
  return python
}
