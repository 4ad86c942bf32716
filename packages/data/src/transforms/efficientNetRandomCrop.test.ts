import { expect, test } from '@jest/globals'
import { RandomStream } from '@tessera/runtime'
import { chooseWindow } from './efficientNetRandomCrop.js'

const OPTIONS = {
  scale: 224,
  min_covered: 0.1,
  crop_padding: 32,
  crop_ratio_range: [0.08, 1],
  aspect_ratio_range: [3 / 4, 4 / 3],
  max_attempts: 10,
} as const

const mutable = (options: object) => ({ ...OPTIONS, ...options }) as unknown as Parameters<typeof chooseWindow>[2]

test.each([
  [200, 300],
  [300, 200],
  [31, 500],
])('windows of a %i × %i image lie in it, with area and ratio in their ranges', (height, width) => {
  const random = new RandomStream(3)
  const seen = new Set<string>()
  let sampled = 0
  for (let i = 0; i < 500; i++) {
    const window = chooseWindow(height, width, mutable({}), random)
    seen.add(JSON.stringify(window))
    expect(window.y >= 0 && window.x >= 0 && window.y + window.height <= height && window.x + window.width <= width).toBe(true)
    const share = (window.height * window.width) / (height * width)
    if (share >= 0.1) sampled++
    // A whole pixel of rounding on a short side.
    const ratio = window.width / window.height
    expect(ratio).toBeGreaterThan(3 / 4 - 1 / window.height)
    expect(ratio).toBeLessThan(4 / 3 + 1 / window.height)
  }
  if (height > 100) expect([sampled, seen.size > 400]).toEqual([500, true])
})

test('where no part can be found the middle square is taken, 224 of 256 of the short side', () => {
  const window = chooseWindow(256, 512, mutable({ crop_ratio_range: [2, 3] }), new RandomStream(0))
  expect(window).toEqual({ y: 16, x: 144, height: 224, width: 224 })
})
