import { tf } from '../tf.js'

const BUDGET_MS = 400
const SIDES = [128, 512, 1024]

/**
 * Rate of a float32 matrix product on the active backend, in GFLOPS: the best of several products of growing size, within about
 * half a second, so that a slow backend is measured on small ones.
 */
export async function measureMatmul(now: () => number = () => performance.now()): Promise<number> {
  const began = now()
  let best = 0
  for (const side of SIDES) {
    const square = tf.fill([side, side], 0.5)
    for (let round = 0; round < 3 && now() - began < BUDGET_MS; round++) {
      const start = now()
      const product = tf.matMul(square, square)
      await product.data()
      product.dispose()
      const seconds = Math.max((now() - start) / 1000, 1e-9)
      best = Math.max(best, (2 * side ** 3) / seconds / 1e9)
    }
    square.dispose()
  }
  return best
}
