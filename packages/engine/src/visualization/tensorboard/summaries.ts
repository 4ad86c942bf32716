import type { Histogram } from './histogram.js'
import { bytes, double, doubles, float, int, message } from './protobuf.js'

// Messages of TensorBoard's event files: `Event` and `Summary` (tensorflow/core/framework/summary.proto), `TensorProto` for text,
// `HParamsPluginData` for the table that compares runs. Fields by their numbers there.

const DT_STRING = 7
const RGB = 3
/** HParamsPluginData's version, and what a session ends with. */
const HPARAMS_VERSION = 0
export const SESSION_STATUS = { finished: 1, failed: 2, running: 3 } as const

/** @param time seconds since 1970 */
export function fileVersionEvent(time: number): Uint8Array {
  return message(double(1, time), bytes(3, 'brain.Event:2'))
}

/** @param values of a summary, as the functions below make them */
export function summaryEvent(time: number, step: number, values: readonly Uint8Array[]): Uint8Array {
  return message(double(1, time), step === 0 ? undefined : int(2, step), bytes(5, message(...values.map((value) => bytes(1, value)))))
}

export function scalarValue(tag: string, value: number): Uint8Array {
  return message(bytes(1, tag), float(2, value))
}

export function imageValue(tag: string, png: Uint8Array, size: { readonly width: number; readonly height: number }): Uint8Array {
  return message(bytes(1, tag), bytes(4, message(int(1, size.height), int(2, size.width), int(3, RGB), bytes(4, png))))
}

export function histogramValue(tag: string, histogram: Histogram): Uint8Array {
  const { min, max, count, sum, sumOfSquares, limits, buckets } = histogram
  const data = [double(1, min), double(2, max), double(3, count), double(4, sum), double(5, sumOfSquares)]
  return message(bytes(1, tag), bytes(5, message(...data, doubles(6, limits), doubles(7, buckets))))
}

/** Markdown, for the text tab. */
export function textValue(tag: string, text: string): Uint8Array {
  const tensor = message(int(1, DT_STRING), bytes(2, bytes(2, int(1, 1))), bytes(8, text))
  return message(bytes(1, `${tag}/text_summary`), bytes(8, tensor), bytes(9, bytes(1, message(bytes(1, 'text')))))
}

/** What a run was started with: a row of the HPARAMS tab. */
export function sessionStartValue(hyperparameters: Readonly<Record<string, string | number | boolean>>, time: number): Uint8Array {
  const entries = Object.entries(hyperparameters).map(([key, value]) => {
    const encoded = typeof value === 'number' ? double(2, value) : typeof value === 'string' ? bytes(3, value) : int(4, value ? 1 : 0)
    return bytes(1, message(bytes(1, key), bytes(2, encoded)))
  })
  return hparamsValue('_hparams_/session_start_info', bytes(3, message(...entries, double(5, time))))
}

export function sessionEndValue(status: keyof typeof SESSION_STATUS, time: number): Uint8Array {
  return hparamsValue('_hparams_/session_end_info', bytes(4, message(int(1, SESSION_STATUS[status]), double(2, time))))
}

function hparamsValue(tag: string, content: Uint8Array): Uint8Array {
  const plugin = message(bytes(1, 'hparams'), bytes(2, message(int(1, HPARAMS_VERSION), content)))
  // A value must hold something: an empty tensor, as TensorBoard's own writer puts it there.
  return message(bytes(1, tag), bytes(8, int(1, 1)), bytes(9, bytes(1, plugin)))
}
