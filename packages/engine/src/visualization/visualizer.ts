import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfigs,
  inject,
  TesseraError,
  VISBACKENDS,
  VISUALIZERS,
  type VisBackendTypes,
} from '@tessera/core'
import * as v from 'valibot'
import { drawSample } from './drawSample.js'
import type { DrawnSample, RunOutcome, VisBackend, VisRun } from './visBackend.js'

export const visualizerEntries = {
  /** Where drawings and scalars go; default: files in the run's folder. */
  vis_backends: v.optional(v.nullable(componentConfigs<VisBackendTypes>(VISBACKENDS))),
  /** Accepted for MMEngine's recipes, where it names a global instance. */
  name: v.optional(v.string(), 'visualizer'),
}

const schema = v.strictObject(visualizerEntries)

export interface VisualizerConfig extends ConfigOf<'Visualizer', typeof schema> {}
export interface UniversalVisualizerConfig extends ConfigOf<'UniversalVisualizer', typeof schema> {}
declare module '@tessera/core' {
  interface VisualizerTypes {
    Visualizer: VisualizerConfig
    UniversalVisualizer: UniversalVisualizerConfig
  }
}

/** Draws, and hands what a run shows to its backends (MMEngine's Visualizer, MMPreTrain's UniversalVisualizer). */
@VISUALIZERS.registerModule({ name: ['Visualizer', 'UniversalVisualizer'] })
export class Visualizer {
  static readonly schema = schema
  private readonly backends: readonly VisBackend[]

  constructor(options: v.InferOutput<typeof schema>, run: VisRun, @inject(BUILDER) builder: Builder) {
    const configs: readonly object[] = options.vis_backends ?? [{ type: 'LocalVisBackend' }]
    this.backends = configs.map((config) => {
      const built = VISBACKENDS.build(config, builder, run)
      if (isVisBackend(built)) return built
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'a visualization backend has addScalars and addImage',
        path: 'visualizer.vis_backends',
        got: built.constructor.name,
      })
    })
  }

  async addScalars(scalars: Readonly<Record<string, unknown>>, step: number): Promise<void> {
    for (const backend of this.backends) await backend.addScalars(scalars, step)
  }

  /** @param text the config as JSON; undefined for one with classes in it */
  async addConfig(config: Readonly<Record<string, unknown>>, text: string | undefined): Promise<void> {
    for (const backend of this.backends) await backend.addConfig?.(config, text)
  }

  /** @param text Markdown */
  async addText(name: string, text: string, step: number): Promise<void> {
    for (const backend of this.backends) await backend.addText?.(name, text, step)
  }

  async addHistogram(name: string, values: ArrayLike<number>, step: number): Promise<void> {
    for (const backend of this.backends) await backend.addHistogram?.(name, values, step)
  }

  /** Whether a backend would keep histograms: they cost a look at every weight. */
  get keepsHistograms(): boolean {
    return this.backends.some((backend) => backend.addHistogram !== undefined)
  }

  /** After training or evaluation; more may come. */
  async close(outcome: RunOutcome): Promise<void> {
    for (const backend of this.backends) await backend.close?.(outcome)
  }

  /** Draws a sample with its caption into every backend. @returns the PNG */
  async addSample(name: string, sample: DrawnSample, step: number): Promise<Uint8Array> {
    const image = await drawSample(sample)
    for (const backend of this.backends) await backend.addImage(name, image, step)
    return image
  }
}

function isVisBackend(value: object): value is VisBackend {
  return ['addScalars', 'addImage'].every((method) => typeof Reflect.get(value, method) === 'function')
}
