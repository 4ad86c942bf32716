import type { ImageArray } from '@tessera/core'

/** Where what a run shows is kept (MMEngine's BaseVisBackend). */
export interface VisBackend {
  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): void | Promise<void>
  /** @param image PNG bytes */
  addImage(name: string, image: Uint8Array, step: number): void | Promise<void>
}

/** What a backend is told about the run it belongs to. */
export interface VisRun {
  /** `<log dir>/vis_data` */
  readonly directory: string
  readonly experimentName: string
}

/** An image with a sample's answers, to be drawn. */
export interface DrawnSample {
  readonly image: ImageArray
  /** Lines of text. */
  readonly caption: readonly string[]
}
