import type { Module } from '../module/module.js'
import { initText } from '../module/parameter.js'

/** How every parameter of a module starts, a line each, and what was found in the checkpoints that its `init_cfg` names. */
export interface InitReport {
  /** `backbone.cls_token - [1, 1, 192]: zeros` */
  readonly parameters: readonly string[]
  readonly checkpoints: readonly string[]
}

/** Call after `initWeights`. Buffers start as their layer says and are left out. */
export function initReport(module: Module): InitReport {
  return {
    parameters: [...module.namedParameters()].map(([name, { shape, init }]) => `${name} - [${shape.join(', ')}]: ${initText(init)}`),
    checkpoints: [...module.namedModules()].flatMap(([, below]) => below.initRules.flatMap(({ report }) => report ?? [])),
  }
}
