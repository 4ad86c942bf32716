import {
  type Builder,
  type ComponentConfig,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
  type TransformTypes,
} from '@tessera/core'

/** Transforms one after the other (MMEngine's Compose); stops at the first that drops the sample. */
export class Pipeline {
  private readonly steps: readonly { name: string; transform: Transform }[]

  constructor(configs: readonly ComponentConfig<TransformTypes>[], builder: Builder) {
    this.steps = configs.map((config: object) => {
      const transform = builder.build(TRANSFORMS, config)
      return { name: transform.constructor.name, transform }
    })
  }

  get length(): number {
    return this.steps.length
  }

  /** @throws TesseraError naming the transform and, when the item has one, the file */
  async run(item: PipelineItem, random: RandomSource): Promise<PipelineItem | null> {
    let current: PipelineItem | null = item
    for (const { name, transform } of this.steps) {
      try {
        const result: ReturnType<Transform['transform']> = transform.transform(current, random)
        current = result instanceof Promise ? await result : result
      } catch (error) {
        throw stepError(name, item, error)
      }
      if (current === null) return null
    }
    return current
  }
}

function stepError(name: string, item: PipelineItem, error: unknown): TesseraError {
  const file = typeof item['img_path'] === 'string' ? item['img_path'] : undefined
  if (error instanceof TesseraError) {
    return new TesseraError(error.code, {
      ...error.details,
      what: `${name}: ${error.details.what}`,
      path: error.details.path ?? file,
      cause: error,
    })
  }
  return new TesseraError('DATA_INVALID', {
    what: `${name}: ${error instanceof Error ? error.message : String(error)}`,
    path: file,
    cause: error,
  })
}
