import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ConfigOf, VISBACKENDS } from '@tessera/core'
import * as v from 'valibot'
import type { VisBackend, VisRun } from './visBackend.js'

const schema = v.strictObject({
  /** Instead of the run's vis_data folder. */
  save_dir: v.optional(v.nullable(v.string())),
  /** Folder of the images. */
  img_save_dir: v.optional(v.string(), 'vis_image'),
  /** Accepted for MMEngine's recipes; the run keeps its config itself. */
  config_save_file: v.optional(v.string(), 'config.py'),
  /** The run itself writes `scalars.json`; another name is another file beside it. */
  scalar_save_file: v.optional(v.pipe(v.string(), v.endsWith('.json')), 'scalars.json'),
})

export interface LocalVisBackendConfig extends ConfigOf<'LocalVisBackend', typeof schema> {}
declare module '@tessera/core' {
  interface VisBackendTypes {
    LocalVisBackend: LocalVisBackendConfig
  }
}

/** Images and scalars as files in the run's folder (MMEngine's LocalVisBackend). */
@VISBACKENDS.registerModule()
export class LocalVisBackend implements VisBackend {
  static readonly schema = schema
  private readonly directory: string

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    run: VisRun,
  ) {
    this.directory = options.save_dir ?? run.directory
  }

  addScalars(scalars: Readonly<Record<string, unknown>>, step: number): void {
    // What LoggerHook logs is in the run's own scalars.json already.
    if (this.options.save_dir == null && this.options.scalar_save_file === 'scalars.json') return
    mkdirSync(this.directory, { recursive: true })
    appendFileSync(path.join(this.directory, this.options.scalar_save_file), `${JSON.stringify({ ...scalars, step })}\n`)
  }

  addImage(name: string, image: Uint8Array, step: number): void {
    const folder = path.join(this.directory, this.options.img_save_dir)
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, `${path.basename(name)}_${step}.png`), image)
  }
}
