import { Adam } from './optimizers/adam.js'
import { AdamW } from './optimizers/adamW.js'
import { SGD } from './optimizers/sgd.js'

/** Every component of this package; importing the list registers them. */
export const OPTIM_COMPONENTS = [Adam, AdamW, SGD] as const
