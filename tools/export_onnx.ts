import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import '@tessera/configs'
import { type ConfigDict, RunContainer, TesseraError } from '@tessera/core'
import { initModel } from '@tessera/models'
import { exportModel, writeWhole } from '@tessera/nn'
import { useBackend } from '@tessera/runtime'
import { createCommand, parseArguments } from './cli/command.js'
import { loadSource } from './cli/loadSource.js'
import { main } from './cli/main.js'
import { imageShape, parseSize } from './cli/modelForward.js'

// npx tsx tools/export_onnx.ts CONFIG CHECKPOINT OUT.onnx: a model for inference, by any runtime that reads ONNX.
await main(async (argv) => {
  const command = createCommand(
    'export_onnx',
    'Writes a model with its weights as an ONNX file: images [batch, channels, height, width] in, scores out.',
  )
    .argument('<config>', 'config file')
    .argument('<checkpoint>', 'checkpoint folder, safetensors or PyTorch file')
    .argument('<file>', 'the .onnx file to write')
    .option('--shape <size...>', 'size of the image: one number, or height and width (default: what the backbone is made for)')
    .option('--batch-size <n>', 'a fixed batch size (default: the caller chooses)')
    .option('--pixels', 'take pixels 0 to 255, BGR as images are loaded, and normalize them inside')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<{ shape?: string[]; batchSize?: string; pixels?: true; cfgOptions?: string[] }>()
  const [config = '', checkpoint = '', file = ''] = command.args
  const source = await loadSource(config, { overrides: flags.cfgOptions ?? [] })
  const section: unknown = source.config['model']
  if (typeof section !== 'object' || section === null)
    throw new TesseraError('INVALID_CONFIG', { what: 'the config has no model', path: 'model' })
  // Before the work, as it may not be allowed.
  mkdirSync(dirname(file), { recursive: true })
  await useBackend('native')
  const builder = new RunContainer(source.config)
  const model = await initModel(section as ConfigDict, checkpoint, { builder })
  try {
    const image = imageShape(section, parseSize(flags.shape))
    const parts = exportModel(model, { image, batchSize: count(flags.batchSize), pixels: flags.pixels, metadata: { config, checkpoint } })
    const bytes = writeWhole(file, parts)
    process.stdout.write(
      `${file}: ${(bytes / 1e6).toFixed(1)} MB, input [${flags.batchSize ?? 'batch'}, ${image[2]}, ${image[0]}, ${image[1]}]\n`,
    )
  } finally {
    model.dispose()
  }
  return 0
})

function count(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new TesseraError('INVALID_USAGE', { what: '--batch-size takes a number', got: text, expected: '1 or more' })
}
