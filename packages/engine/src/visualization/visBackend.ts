import type { ImageArray, Logger } from '@tessera/core'

type Done = void | Promise<void>

/** How a run ended: to its end, by Ctrl-C, or by an error. */
export type RunOutcome = 'finished' | 'stopped' | 'failed'

/** Where what a run shows is kept (MMEngine's BaseVisBackend). What a backend has no use for, it leaves out. */
export interface VisBackend {
  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): Done
  /** @param image PNG bytes */
  addImage(name: string, image: Uint8Array, step: number): Done
  /** Once, before anything else. @param text the same as JSON; undefined for a config with classes in it */
  addConfig?(config: Readonly<Record<string, unknown>>, text: string | undefined): Done
  /** @param text Markdown */
  addText?(name: string, text: string, step: number): Done
  addHistogram?(name: string, values: ArrayLike<number>, step: number): Done
  /** After training or evaluation: everything is where it belongs when this returns. A test after training may add more. */
  close?(outcome: RunOutcome): Done
}

/** What a backend is told about the run it belongs to. */
export interface VisRun {
  /** `<log dir>/vis_data` */
  readonly directory: string
  readonly workDir: string
  readonly experimentName: string
  /** The same for a run and all its resumptions. */
  readonly runId: string
  readonly logger: Logger
}

/** An image with a sample's answers, to be drawn. */
export interface DrawnSample {
  readonly image: ImageArray
  /** Lines of text. */
  readonly caption: readonly string[]
}
