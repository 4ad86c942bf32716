import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import { type HubOptions, hubWeights, parseHubPlace } from './hubWeights.js'
import type { ZooEntry } from './zooIndex.js'

export interface FindWeightsOptions extends HubOptions {
  /** Where files of the zoo are looked for by name. Default: TESSERA_WEIGHTS, else `~/.cache/tessera/weights`. */
  readonly weightsDir?: string
}

/**
 * The file or folder that `pretrained` means: a path, a place on the Hugging Face hub (`hf://owner/name`), or, when true, the zoo's own file
 * in `weightsDir`.
 * @throws TesseraError CHECKPOINT_NOT_FOUND saying where it would have to be
 */
export async function findWeights(
  pretrained: string | true,
  entry: ZooEntry | undefined,
  options: FindWeightsOptions = {},
): Promise<string> {
  if (typeof pretrained === 'string') {
    const place = parseHubPlace(pretrained)
    if (place !== undefined) return hubWeights(place, options)
    if (!pretrained.startsWith('hf://')) return pretrained
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'no place on the Hugging Face hub',
      got: pretrained,
      expected: 'hf://owner/name[@revision][/file]',
    })
  }
  if (entry?.weights === undefined) {
    throw new TesseraError('CHECKPOINT_NOT_FOUND', {
      what: 'the zoo knows no weights of this model',
      path: entry?.name,
      hint: "Give `pretrained` a file, a folder, or 'hf://owner/name'.",
    })
  }
  const folder = options.weightsDir ?? process.env['TESSERA_WEIGHTS'] ?? path.join(homedir(), '.cache', 'tessera', 'weights')
  const name = path.posix.basename(new URL(entry.weights).pathname)
  const file = [name, name.replace(/\.pth$/, '.safetensors')].map((one) => path.join(folder, one)).find((one) => existsSync(one))
  if (file !== undefined) return file
  throw new TesseraError('CHECKPOINT_NOT_FOUND', {
    what: 'the weights are not on this machine',
    path: path.join(folder, name),
    hint: `Download ${entry.weights} into that folder, or give \`pretrained\` another file, a folder, or 'hf://owner/name'.`,
  })
}
