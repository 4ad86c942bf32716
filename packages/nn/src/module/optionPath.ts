import { configPath } from '@tessera/core'

/** Where an option stands in the config, for an error: `model.backbone.arch`, or just its name for options made in code. */
export function optionPath(options: object, key: string): string {
  const path = configPath(options)
  return path === undefined || path === '' ? key : `${path}.${key}`
}
