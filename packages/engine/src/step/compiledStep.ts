import { type DataSample, type HostBatch, type Logger, TesseraError } from '@tessera/core'
import { type BaseModel, currentModulePath, type HostTensor, type OptimWrapperContract, type TensorBatch } from '@tessera/nn'
import { CompiledFunction, type RecordingFacts, type StepResult, stepGuard, tf } from '@tessera/runtime'
import { EagerStep } from './eagerStep.js'
import { modelMode } from './modelMode.js'
import type { InStepWork, StepRunner } from './stepRunner.js'
import { lossWork, type PackedScalars, readScalars, trainWork, uploadForTraining } from './stepWork.js'

/** The step's number among the inputs; no batch has a key like it. */
const STEP = 'step number'
/** More recordings than these take more time than they save. */
const MANY_RECORDINGS = 8

export interface StepParts {
  readonly model: BaseModel
  readonly seed: number
  readonly logger: Logger
  /** Needed by `train` only. */
  readonly optimWrapper?: OptimWrapperContract
  readonly inStep?: readonly InStepWork[]
  /** Called after each recording. */
  readonly recorded?: (facts: RecordingFacts) => void
}

export interface CompileOptions {
  /** Op by op, with one warning, what cannot be recorded. */
  readonly fallback: boolean
}

type Inputs = Readonly<Record<string, tf.Tensor>>
type Names = readonly string[]

/**
 * Runs steps as TensorFlow graphs, each recorded when a batch of its shape first comes.
 * @returns undefined where that is not possible: on every backend but the native one
 */
export async function createCompiledStep(parts: StepParts, options: CompileOptions): Promise<StepRunner | undefined> {
  const log = new RecordingLog(parts.logger)
  const compile = (what: string, work: (inputs: Inputs) => StepResult<Names>) =>
    CompiledFunction.create(
      (inputs) => {
        const mode = modelMode(parts.model)
        stepGuard(mode)
        return work(inputs)
      },
      {
        where: currentModulePath,
        recorded: (facts) => {
          log.write(what, facts)
          parts.recorded?.(facts)
        },
      },
    )
  const { model, seed, optimWrapper, inStep = [] } = parts
  const training = optimWrapper && { model, seed, optimWrapper, inStep }
  const train = await compile('training', (inputs) => {
    if (training === undefined) throw new TypeError('this step was made without an optimizer wrapper: it can only predict')
    return packed(trainWork(training, batchOf(inputs), stepOf(inputs)))
  })
  const predict = await compile('prediction', (inputs) => {
    const predictions = model.testStep(batchOf(inputs))
    return { outputs: Object.values(predictions), meta: Object.keys(predictions) }
  })
  const loss = await compile('validation loss', (inputs) => packed(lossWork(model, seed, batchOf(inputs), stepOf(inputs))))
  if (train === undefined || predict === undefined || loss === undefined) return undefined
  const compiled = new CompiledStep(model, seed, { train, predict, loss })
  return options.fallback ? new StepWithFallback(compiled, new EagerStep(model, seed, optimWrapper, inStep), parts.logger) : compiled
}

interface Functions {
  readonly train: CompiledFunction<Names>
  readonly predict: CompiledFunction<Names>
  readonly loss: CompiledFunction<Names>
}

class CompiledStep implements StepRunner {
  constructor(
    private readonly model: BaseModel,
    private readonly seed: number,
    private readonly functions: Functions,
  ) {}

  async train(batch: HostBatch, iter: number): Promise<Record<string, number>> {
    return readScalars(this.run(this.functions.train, uploadForTraining(this.model, batch, this.seed, iter), iter))
  }

  async predict(batch: HostBatch): Promise<readonly DataSample[]> {
    const uploaded = this.model.dataPreprocessor.upload(batch)
    try {
      const { outputs, meta } = this.functions.predict.run(uploaded)
      const host: Record<string, HostTensor> = {}
      for (const [index, tensor] of outputs.entries()) host[meta[index] ?? ''] = { shape: tensor.shape, data: await tensor.data() }
      tf.dispose([...outputs])
      return this.model.attachPredictions(host, batch.data_samples)
    } finally {
      tf.dispose(uploaded)
    }
  }

  async loss(batch: HostBatch, index: number): Promise<Record<string, number>> {
    return readScalars(this.run(this.functions.loss, this.model.dataPreprocessor.upload(batch), index))
  }

  dispose(): void {
    for (const one of Object.values(this.functions)) one.dispose()
  }

  private run(compiled: CompiledFunction<Names>, uploaded: TensorBatch, step: number): PackedScalars {
    const inputs = { ...uploaded, [STEP]: tf.scalar(step, 'int32') }
    try {
      const { outputs, meta } = compiled.run(inputs)
      const [values] = outputs
      if (values === undefined) throw new TypeError('a step gave no scalars')
      return { names: meta, values }
    } finally {
      tf.dispose(inputs)
    }
  }
}

/** Op by op from the first step on that cannot be recorded. */
class StepWithFallback implements StepRunner {
  private warned = false

  constructor(
    private readonly compiled: StepRunner,
    private readonly eager: StepRunner,
    private readonly logger: Logger,
  ) {}

  train(batch: HostBatch, iter: number): Promise<Record<string, number>> {
    return this.attempt((step) => step.train(batch, iter))
  }

  predict(batch: HostBatch): Promise<readonly DataSample[]> {
    return this.attempt((step) => step.predict(batch))
  }

  loss(batch: HostBatch, index: number): Promise<Record<string, number>> {
    return this.attempt((step) => step.loss(batch, index))
  }

  dispose(): void {
    this.compiled.dispose()
  }

  private async attempt<T>(run: (step: StepRunner) => Promise<T>): Promise<T> {
    if (this.warned) return run(this.eager)
    try {
      return await run(this.compiled)
    } catch (error) {
      if (!(error instanceof TesseraError) || error.code !== 'NOT_RECORDABLE') throw error
      this.warned = true
      this.logger.warning(`Steps run op by op, which is slower, since compile.fallback is on: ${error.message}`)
      return run(this.eager)
    }
  }
}

/** Says what was recorded, and when it becomes too much. */
class RecordingLog {
  private readonly shapes = new Set<string>()
  private count = 0
  private warned = false

  constructor(private readonly logger: Logger) {}

  write(what: string, { shapes, nodes, states, milliseconds }: RecordingFacts): void {
    const { [STEP]: _, ...batch } = shapes
    const text = Object.entries(batch)
      .map(([name, shape]) => `${name} [${shape.join(', ')}]`)
      .join(', ')
    this.shapes.add(text)
    this.count++
    this.logger.debug(`Recorded a ${what} step for ${text}: ${nodes} nodes, ${states} variables, ${Math.round(milliseconds)} ms`)
    if (this.count <= MANY_RECORDINGS || this.warned) return
    this.warned = true
    this.logger.warning(
      `${this.count} steps have been recorded, and each takes time. Batches of equal shape share one (drop_last, one image size); ` +
        `so far: ${[...this.shapes].join('; ')}`,
    )
  }
}

function packed({ names, values }: PackedScalars): StepResult<Names> {
  return { outputs: [values], meta: names }
}

function batchOf(inputs: Inputs): TensorBatch {
  const { [STEP]: _, ...batch } = inputs
  // What `upload` gave comes back as it was.
  return batch as TensorBatch
}

function stepOf(inputs: Inputs): tf.Scalar {
  const step = inputs[STEP]
  if (step === undefined) throw new TypeError('the step number is missing')
  return step as tf.Scalar
}
