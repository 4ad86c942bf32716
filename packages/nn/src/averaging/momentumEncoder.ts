import { type Builder, MODELS } from '@tessera/core'
import { buildModule } from '../module/buildModule.js'
import { Module } from '../module/module.js'
import { Buffer, type StateOptions } from '../module/parameter.js'
import { AveragedModel } from './averagedModel.js'

/**
 * A second copy of a network that follows the first one slowly, and is never trained itself (MoCo, BYOL). As in MMEngine it is called
 * `module`, and counts its `steps`. At the first step it becomes the network itself.
 */
export class MomentumEncoder<TModule extends Module> extends Module {
  readonly module: TModule
  private readonly average: AveragedModel

  /**
   * @param copy of the same build as `source`, its tensors its own
   * @param config of the average: `{ type: 'CosineEMA', momentum }`
   */
  constructor(source: TModule, copy: TModule, config: object, builder: Builder) {
    super()
    this.average = buildModule(builder, MODELS, config, AveragedModel, source)
    this.average.keepIn(copy)
    this.registerBuffer('steps', new StepCount(this.average))
    this.module = this.registerModule('module', copy)
    for (const parameter of copy.parameters()) parameter.requiresGrad = false
  }

  /** Inside a step, once: moves this network towards the other. */
  follow(): void {
    this.average.follow()
  }

  override forward(...inputs: Parameters<TModule['forward']>): ReturnType<TModule['forward']> {
    return (this.module as Module).call(...(inputs as never[])) as ReturnType<TModule['forward']>
  }
}

/** The average's count, as a tensor of the state dict: it lives on the host, where the schedule is computed. */
class StepCount extends Buffer {
  constructor(
    private readonly average: AveragedModel,
    options: StateOptions = {},
  ) {
    super([], options)
  }

  override setValues(values: Float32Array): void {
    super.setValues(values)
    this.average.steps = values[0] ?? 0
  }

  override values(): Float32Array {
    return Float32Array.of(this.average.steps)
  }
}
