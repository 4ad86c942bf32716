import { lastLines } from './nodeModules.mjs'
import { runCommand } from './runCommand.mjs'

// In a process of its own: a damaged library ends the process that loads it with a bus error, not with an exception.
const PROGRAM = `
const util = require('node:util')
util.isNullOrUndefined ??= (value) => value == null
const tf = require('@tensorflow/tfjs-node')
const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]]))
if (Array.from(product.dataSync()).join() !== '19,22,43,50') throw new Error('TensorFlow computes wrong numbers')
console.log('TensorFlow ' + tf.backend().binding.TF_Version)
`

/**
 * Really loads the addon and multiplies with it.
 *
 * @param {string} root the folder whose node_modules holds tfjs-node
 * @returns {Promise<{ version: string } | { broken: string }>}
 */
export async function verifyAddon(root) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }
  const { code, output } = await runCommand(process.execPath, ['-e', PROGRAM], { cwd: root, env, timeoutMs: 120_000 })
  const version = /TensorFlow (\S+)\s*$/.exec(output)?.[1]
  if (code === 0 && version) return { version }
  return { broken: /^\s*(?:\w*Error: .*|ended by .*)$/m.exec(output)?.[0].trim() ?? lastLines(output, 3) }
}
