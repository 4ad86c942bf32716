import type { Module } from '@tessera/nn'

/**
 * What of a model decides which ops a step runs: each module's training mode, each parameter's requiresGrad.
 * @returns a function that says it as it is now; the module tree is taken as it is when this is called
 */
export function modelMode(model: Module): () => string {
  const modules = [...model.namedModules()].map(([, module]) => module)
  const parameters = model.parameters()
  return () => {
    let mode = ''
    for (let index = 0; index < modules.length; index++) mode += modules[index]?.training ? 't' : 'e'
    for (let index = 0; index < parameters.length; index++) mode += parameters[index]?.requiresGrad ? 'g' : 'f'
    return mode
  }
}
