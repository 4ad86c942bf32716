// Importing the packages is what registers their components and lets the compiler know their `type` strings.
import { dataPlugin } from '@tessera/data'
import { enginePlugin } from '@tessera/engine'
import { modelsPlugin } from '@tessera/models'
import { optimPlugin } from '@tessera/optim'

export { defineConfig, type RunConfig } from '@tessera/core'

/** Every component that ships with Tessera. */
export const BUILT_IN_PLUGINS: readonly (readonly unknown[])[] = [modelsPlugin, optimPlugin, dataPlugin, enginePlugin]
