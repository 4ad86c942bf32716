import path from 'node:path'
import { type ConfigOf, VISBACKENDS } from '@tessera/core'
import * as v from 'valibot'
import { hyperparameters } from './flatOptions.js'
import { EventFile } from './tensorboard/eventFile.js'
import { histogramOf } from './tensorboard/histogram.js'
import { histogramValue, imageValue, scalarValue, sessionEndValue, sessionStartValue, textValue } from './tensorboard/summaries.js'
import type { RunOutcome, VisBackend, VisRun } from './visBackend.js'

const schema = v.strictObject({
  /** Instead of the run's vis_data folder. A folder holds one run: what writes there besides, TensorBoard mixes with it. */
  save_dir: v.optional(v.nullable(v.string())),
})

export interface TensorboardVisBackendConfig extends ConfigOf<'TensorboardVisBackend', typeof schema> {}
declare module '@tessera/core' {
  interface VisBackendTypes {
    TensorboardVisBackend: TensorboardVisBackendConfig
  }
}

/**
 * TensorBoard's event files, without TensorBoard (MMEngine's TensorboardVisBackend): scalars, images, text, histograms, and what its
 * HPARAMS tab compares runs by. `tensorboard --logdir work_dirs` shows every run below.
 */
@VISBACKENDS.registerModule()
export class TensorboardVisBackend implements VisBackend {
  static readonly schema = schema
  private readonly directory: string
  private events: EventFile | undefined

  constructor(options: v.InferOutput<typeof schema>, run: VisRun) {
    this.directory = options.save_dir == null ? run.directory : path.resolve(options.save_dir)
  }

  addConfig(config: Readonly<Record<string, unknown>>, text: string | undefined): void {
    const time = Date.now() / 1000
    this.file.add([sessionStartValue(hyperparameters(config), time), ...(text === undefined ? [] : [textValue('config', fenced(text))])], 0)
  }

  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): void {
    const numbers = Object.entries(scalars).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    this.file.add(
      numbers.map(([name, value]) => scalarValue(name, value)),
      step,
    )
  }

  addImage(name: string, image: Uint8Array, step: number): void {
    this.file.add([imageValue(name, image, pngSize(image))], step)
  }

  addText(name: string, text: string, step: number): void {
    this.file.add([textValue(name, text)], step)
  }

  addHistogram(name: string, values: ArrayLike<number>, step: number): void {
    const histogram = histogramOf(values)
    if (histogram !== undefined) this.file.add([histogramValue(name, histogram)], step)
  }

  close(outcome: RunOutcome): void {
    this.events?.add([sessionEndValue(outcome === 'failed' ? 'failed' : 'finished', Date.now() / 1000)], 0)
    this.events?.close()
    this.events = undefined
  }

  /** Opened when there is something to write: a run that is only described leaves no empty file, a test after training makes a second. */
  private get file(): EventFile {
    this.events ??= new EventFile(this.directory)
    return this.events
  }
}

/** As Markdown shows text as it is. */
function fenced(text: string): string {
  return `    ${text.replaceAll('\n', '\n    ')}`
}

/** From the header chunk, which comes first in every PNG. */
function pngSize(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
