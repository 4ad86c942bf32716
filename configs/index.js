// Importing the packages is what registers their components. JavaScript, with declarations of its own: the compiler is to read what
// components.d.ts says of them, not the packages.
import { dataPlugin } from '@tessera/data'
import { enginePlugin } from '@tessera/engine'
import { modelsPlugin } from '@tessera/models'
import { optimPlugin } from '@tessera/optim'

export { defineConfig } from '@tessera/core'

export const BUILT_IN_PLUGINS = [modelsPlugin, optimPlugin, dataPlugin, enginePlugin]
