import type { DataSample, ImageArray } from '@tessera/core'
import { highest } from '../evaluation/sampleLabels.js'
import { captionOf } from '../visualization/captionOf.js'
import type { ReportSample } from './report.js'
import { samplePicture } from './samplePicture.js'

const SHOWN = 8
/** A larger table is no picture any more. */
const MAX_CLASSES = 100

interface KeptSample {
  readonly image: ImageArray
  readonly caption: readonly string[]
  readonly correct: boolean | undefined
  /** Of the prediction; 0 without scores. */
  readonly score: number
}

/** What a report shows of one validation: its first samples, the mistakes made most surely, and who was taken for whom. */
export class ValidationSamples {
  private readonly first: KeptSample[] = []
  private readonly mistakes: KeptSample[] = []
  private readonly counts: number[][] | undefined

  constructor(private readonly classes: readonly string[]) {
    if (classes.length > 0 && classes.length <= MAX_CLASSES) this.counts = classes.map(() => classes.map(() => 0))
  }

  add(image: ImageArray | undefined, sample: DataSample): void {
    const label = onlyLabel(sample.gt_label)
    const predicted = onlyLabel(sample.pred_label) ?? (sample.pred_score === undefined ? undefined : highest(sample.pred_score))
    const correct = label === undefined || predicted === undefined ? undefined : label === predicted
    const row = label === undefined ? undefined : this.counts?.[label]
    if (row !== undefined && predicted !== undefined && row[predicted] !== undefined) row[predicted]++
    if (image === undefined) return
    const score = predicted === undefined ? 0 : (sample.pred_score?.[predicted] ?? 0)
    // A caption costs more than a look at the score, and most samples are not shown.
    const keep = () => ({ image, caption: captionOf(withLabel(sample, predicted), this.classes), correct, score })
    if (this.first.length < SHOWN) this.first.push(keep())
    if (correct !== false) return
    if (this.mistakes.length === SHOWN && score <= (this.mistakes.at(-1)?.score ?? 0)) return
    this.mistakes.push(keep())
    this.mistakes.sort((a, b) => b.score - a.score)
    this.mistakes.length = Math.min(this.mistakes.length, SHOWN)
  }

  /** Undefined where nothing was counted. */
  get confusion(): readonly (readonly number[])[] | undefined {
    return this.counts?.some((row) => row.some((count) => count > 0)) === true ? this.counts : undefined
  }

  async pictures(): Promise<{ samples: ReportSample[]; mistakes: ReportSample[] }> {
    const draw = (kept: readonly KeptSample[]) =>
      Promise.all(kept.map(async ({ image, caption, correct }) => ({ picture: await samplePicture(image), caption, correct })))
    return { samples: await draw(this.first), mistakes: await draw(this.mistakes) }
  }
}

function onlyLabel(labels: readonly number[] | undefined): number | undefined {
  return labels?.length === 1 ? labels[0] : undefined
}

/** Models answer with scores; which label that is, the caption says, too. */
function withLabel(sample: DataSample, predicted: number | undefined): DataSample {
  return sample.pred_label !== undefined || predicted === undefined ? sample : { ...sample, pred_label: [predicted] }
}
