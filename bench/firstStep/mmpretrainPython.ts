import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const PACKAGES = ['torch==2.15.0', 'torchvision', 'numpy', 'setuptools', 'mmengine==0.10.7', 'mmpretrain==1.2.0', 'mmcv-lite==2.2.0']

/** The Python of a virtual environment with MMPreTrain on PyTorch, made once for the user (about 3 GB from PyPI). */
export function mmpretrainPython(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tessera', 'bench-mmpretrain-1.2.0')
  const python = join(folder, 'bin/python')
  if (!existsSync(join(folder, 'complete'))) {
    process.stderr.write(`bench: installing ${PACKAGES.join(' ')} into ${folder}\n`)
    execFileSync('python3', ['-m', 'venv', '--clear', folder], { stdio: 'inherit' })
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: 'inherit' })
    execFileSync('touch', [join(folder, 'complete')])
  }
  return python
}
