import { Conv2d, describedInit, type Initializer, LayerNorm, Linear, type Module, ones, truncNormal, zeros } from '@tessera/nn'

/** Small weights and zero biases for every Linear below, layer norms that change nothing (BEiT's and SimMIM's start). */
export function startPlainly(root: Module, options: { convolutions?: boolean } = {}): void {
  for (const [, module] of root.namedModules()) {
    if (module instanceof Linear || (options.convolutions === true && module instanceof Conv2d)) {
      module.weight.init = truncNormal(0, 0.02)
      if (module instanceof Linear && module.bias !== undefined) module.bias.init = zeros
    } else if (module instanceof LayerNorm) {
      module.weight.init = ones
      module.bias.init = zeros
    }
  }
}

/** The same start, each value multiplied. */
export function scaledInit(init: Initializer, factor: number): Initializer {
  return describedInit(`times ${factor.toPrecision(3)}`, (random, shape) => init(random, shape).map((value) => value * factor))
}
