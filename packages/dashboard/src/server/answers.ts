import { closeSync, fstatSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { AXES, type ConfigAnswer, type ImageEntry, type Series } from '../api.js'
import { allRows, differingRows } from '../runs/configRows.js'
import { between, decimate } from '../runs/decimate.js'
import { findImages } from '../runs/findImages.js'
import { openRegular } from '../runs/lineTail.js'
import type { RunReader } from '../runs/runReader.js'
import type { RunStore } from '../runs/runStore.js'
import { smoothed } from '../runs/smoothed.js'

/** A question that cannot be answered, for the asker. */
export class BadQuestion extends Error {
  constructor(
    readonly status: 400 | 404,
    message: string,
  ) {
    super(message)
  }
}

const number = v.pipe(v.string(), v.maxLength(32), v.nonEmpty(), v.transform(Number), v.finite())
const seriesQuestion = v.object({
  run: v.string(),
  keys: v.pipe(v.array(v.string()), v.maxLength(500)),
  axis: v.optional(v.picklist(AXES), 'iter'),
  points: v.optional(v.pipe(number, v.integer(), v.minValue(8), v.maxValue(20_000)), '800'),
  smooth: v.optional(v.pipe(number, v.minValue(0), v.maxValue(0.999)), '0'),
  from: v.optional(number),
  to: v.optional(number),
})

/** Curves of one run, thinned to what can be seen; what it does not have is left out. */
export function seriesOf(store: RunStore, query: URLSearchParams): Record<string, Series> {
  const asked = v.safeParse(seriesQuestion, { ...Object.fromEntries(query), keys: query.getAll('key') })
  if (!asked.success) throw new BadQuestion(400, asked.issues.map(({ message }) => message).join('; '))
  const { run, keys, axis, points, smooth, from, to } = asked.output
  const { table } = known(store, run)
  const answer: [string, Series][] = []
  for (const key of keys) {
    const whole = table.points(key, axis)
    if (whole === undefined) continue
    const cut = (y: readonly (number | null)[]) =>
      decimate(between({ x: whole.x, y }, from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY), points)
    answer.push([key, { ...cut(whole.y), ...(smooth > 0 && { smooth: cut(smoothed(whole.y, smooth)) }) }])
  }
  return Object.fromEntries(answer)
}

/** One run's whole config, or where several differ. A run whose config cannot be read says why instead. */
export async function configOf(store: RunStore, query: URLSearchParams): Promise<ConfigAnswer> {
  const ids = query.getAll('run')
  if (ids.length === 0 || ids.length > 50) throw new BadQuestion(400, 'name one run, or up to 50')
  const read = await Promise.all(ids.map((id) => known(store, id).settings()))
  const problems = read.flatMap(({ problem }, index) => (problem === undefined ? [] : [{ run: ids[index] ?? '', problem }]))
  const there = ids.filter((_, index) => read[index]?.config !== undefined)
  const configs = read.flatMap(({ config }) => (config === undefined ? [] : [config]))
  return { runs: there, problems, rows: configs.length === 1 && configs[0] !== undefined ? allRows(configs[0]) : differingRows(configs) }
}

export function imagesOf(store: RunStore, query: URLSearchParams): { images: ImageEntry[] } {
  const { found } = known(store, query.get('run') ?? '')
  return { images: findImages(found.logDir).map(({ key, name, step }) => ({ key, name, step })) }
}

const LARGEST_IMAGE = 20 << 20

/** An image by its key; the path comes from our own look into the folder. */
export function imageOf(store: RunStore, query: URLSearchParams): Buffer {
  const { found } = known(store, query.get('run') ?? '')
  const image = findImages(found.logDir).find(({ key }) => key === query.get('key'))
  const descriptor = image && openRegular(image.file)
  if (descriptor === undefined) throw new BadQuestion(404, 'no such image')
  try {
    if (fstatSync(descriptor).size > LARGEST_IMAGE) throw new BadQuestion(404, 'the image is too large')
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function known(store: RunStore, id: string): RunReader {
  const reader = store.get(id)
  if (reader === undefined) throw new BadQuestion(404, 'no such run')
  return reader
}
