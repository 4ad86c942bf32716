import { readFileSync, writeFileSync } from 'node:fs'
import { type DataSample, METRICS, RunContainer, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseMetric } from '../evaluation/baseMetric.js'
import { Evaluator } from '../evaluation/evaluator.js'

const labels = v.optional(v.array(v.pipe(v.number(), v.integer())))
const scores = v.optional(v.array(v.nullable(v.number())))

const sampleSchema = v.looseObject({
  metainfo: v.optional(v.record(v.string(), v.unknown()), {}),
  gt_label: labels,
  gt_score: scores,
  pred_label: labels,
  pred_score: scores,
})

const fileSchema = v.object({
  format: v.literal('tessera-predictions'),
  version: v.literal(1),
  classes: v.optional(v.array(v.string())),
  samples: v.array(sampleSchema),
})

export interface DumpedResults {
  readonly classes: readonly string[] | undefined
  readonly samples: readonly DataSample[]
}

/** Predictions as JSON: labels and scores by sample, no images. */
export function writeResults(file: string, samples: readonly DataSample[], classes: readonly string[] | undefined): void {
  const lines = samples.map((sample) =>
    JSON.stringify(sample, (_, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value)),
  )
  const head = JSON.stringify({ format: 'tessera-predictions', version: 1, ...(classes !== undefined && { classes }) }).slice(0, -1)
  writeFileSync(file, `${head},"samples":[\n${lines.join(',\n')}\n]}\n`)
}

/** @throws TesseraError DATA_INVALID for a file that holds something else */
export function readResults(file: string): DumpedResults {
  const parsed = v.safeParse(fileSchema, json(file))
  if (!parsed.success) {
    throw new TesseraError('DATA_INVALID', {
      what: 'not predictions that DumpResults wrote',
      path: file,
      hint: 'npx tsx tools/test.ts CONFIG CHECKPOINT --out results.json writes them.',
    })
  }
  const { classes, samples } = parsed.output
  return {
    classes,
    samples: samples.map(({ gt_score, pred_score, ...sample }) => ({
      ...sample,
      ...(gt_score !== undefined && { gt_score: floats(gt_score) }),
      ...(pred_score !== undefined && { pred_score: floats(pred_score) }),
    })) as DataSample[],
  }
}

/** What metrics say of dumped predictions (MMEngine's offline evaluation). @param metrics their configs */
export function evaluateResults(
  { classes, samples }: DumpedResults,
  metrics: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown> {
  const container = new RunContainer()
  try {
    const built = metrics.map((config) => {
      const metric = METRICS.build(config, container)
      if (metric instanceof BaseMetric) return metric
      throw new TesseraError('INVALID_CONFIG', { what: 'a metric extends BaseMetric', got: metric.constructor.name })
    })
    const evaluator = new Evaluator({}, built)
    evaluator.setDatasetMeta(classes === undefined ? {} : { classes: [...classes] })
    evaluator.process(samples)
    return evaluator.evaluate(samples.length)
  } finally {
    container.dispose()
  }
}

/** Null is what JSON makes of NaN. */
function floats(values: readonly (number | null)[]): Float32Array {
  return Float32Array.from(values, (value) => value ?? Number.NaN)
}

function json(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TesseraError('INVALID_ARGUMENT', { what: 'the file cannot be read', path: file, cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
