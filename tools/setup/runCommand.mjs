import { spawn } from 'node:child_process'

/**
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} RunOptions
 * @typedef {{ code: number, output: string }} RunResult
 */

/**
 * Runs a program to its end and keeps what it wrote. Never throws: a program that cannot be started, is killed or takes too long
 * answers a code other than 0, with the reason as the last line of its output.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function runCommand(program, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, [...args], { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 127, output: `${output}\n${error.message}` })
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve(code === null ? { code: 128, output: `${output}\nended by ${signal}` } : { code, output })
    })
  })
}

/**
 * Runs a program in the foreground, with our terminal and our signals, and answers the exit code a shell would see.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function runInForeground(program, args, { cwd, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { cwd, env: env ?? process.env, stdio: 'inherit' })
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    // On a terminal Ctrl-C reaches the child as well, and a run counts them: the first saves, the second leaves. So it is not sent twice.
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of signals) process.on(signal, forward)
    const end = (/** @type {number} */ code) => {
      for (const signal of signals) process.off(signal, forward)
      resolve(code)
    }
    child.on('error', () => end(127))
    child.on('close', (code, signal) => end(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9)))
  })
}
