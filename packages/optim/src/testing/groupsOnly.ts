import type { OptimWrapperContract, ParamGroup } from '@tessera/nn'

/** An optimizer wrapper that is nothing but its groups. */
export function groupsOnly(paramGroups: readonly ParamGroup[]): OptimWrapperContract {
  const never = (): never => {
    throw new Error('these groups train nothing')
  }
  return {
    steps: 0,
    paramGroups,
    updateParams: never,
    initializeCountStatus: never,
    shouldUpdate: never,
    getLr: never,
    getMomentum: never,
    stateDict: never,
    loadStateDict: never,
    dispose() {},
  }
}
