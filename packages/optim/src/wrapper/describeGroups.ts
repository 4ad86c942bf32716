import type { OptimWrapperContract } from '@tessera/nn'

/** One parameter group as JSON: names instead of parameters, then the group's own keys in their order. */
export interface GroupDescription {
  readonly params: readonly string[]
  readonly lr: number
  readonly weight_decay?: number
  readonly [option: string]: unknown
}

/** The optimizer's groups, in order (without base_param_settings); of several optimizers, one after another. */
export function describeGroups(wrapper: OptimWrapperContract): GroupDescription[] {
  return wrapper.paramGroups
    .filter(({ params }) => params.length > 0)
    .map(({ params, ...settings }) => ({
      params: params.map(({ name }) => name),
      ...structuredClone(settings),
      lr: settings.lr,
    }))
}
