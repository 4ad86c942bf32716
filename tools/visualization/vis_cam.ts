import '@tessera/configs'
import { writeFileSync } from 'node:fs'
import { type PackedSample, RunContainer, suggest, TesseraError, valueAt } from '@tessera/core'
import { isPackedSample, Pipeline } from '@tessera/data'
import { heatPicture } from '@tessera/engine'
import { CAM_METHODS, type CamMethod, classActivationMap, ImageClassifier, initModel } from '@tessera/models'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { createCommand, parseArguments } from '../cli/command.js'
import { loadSource } from '../cli/loadSource.js'
import { main } from '../cli/main.js'

interface Flags {
  targetLayers?: string[]
  previewModel?: true
  method: string
  targetCategory?: number
  eigenSmooth?: true
  augSmooth?: true
  savePath: string
  numExtraTokens?: number
  cfgOptions?: string[]
}

// Where in an image a classifier saw its class, as colours over the image.
await main(async (argv) => {
  const command = createCommand('vis_cam', 'Class activation map: what in an image made the score of a class.')
    .argument('<img>', 'image file')
    .argument('<config>', 'config file')
    .argument('<checkpoint>', 'checkpoint, or weights')
    .option('--target-layers <names...>', 'layers to look at (default: the last norm that sees the image’s places)')
    .option('--preview-model', 'only list the layers')
    .option('--method <name>', CAM_METHODS.join(', '), 'gradcam')
    .option('--target-category <n>', 'class to ask about (default: the one with the highest score)', Number)
    .option('--eigen-smooth', 'the first principal component of what the method weighs, for less noise')
    .option('--aug-smooth', 'the mean over mirrored, darker and brighter images')
    .option('--save-path <file>', 'where the picture goes (.png)', 'cam.png')
    .option('--vit-like', 'accepted for compatibility: it is seen from the shapes')
    .option('--num-extra-tokens <n>', 'tokens in front of the patches (default: those too many for a square)', Number)
    .option('--device <name>', 'accepted for compatibility; has no effect')
    .option('--cfg-options <key=value...>', 'override config entries')
  if (!parseArguments(command, argv)) return 0
  const flags = command.opts<Flags>()
  const [image = '', path = '', checkpoint = ''] = command.args
  const method = methodOf(flags.method)
  const { config } = await loadSource(path, { overrides: flags.cfgOptions ?? [] })
  await useBackend('auto')
  const model = await initModel(config as Parameters<typeof initModel>[0], checkpoint)
  if (!(model instanceof ImageClassifier)) {
    throw new TesseraError('UNSUPPORTED', {
      what: 'only a classifier has class activation maps',
      path: 'model',
      got: model.constructor.name,
    })
  }
  if (flags.previewModel) {
    for (const [name, module] of model.namedModules())
      process.stdout.write(`${name === '' ? '(model)' : name}  ${module.constructor.name}\n`)
    return 0
  }
  const sample = await sampleOf(config, image)
  const batch = model.dataPreprocessor.upload({ inputs: [sample.inputs], data_samples: [sample.data_samples] })
  const { inputs } = tf.tidy(() => model.dataPreprocessor.call(batch, false))
  const { heat, category, layers } = await classActivationMap(model, inputs, {
    method,
    ...(flags.targetLayers !== undefined && { layers: flags.targetLayers }),
    ...(flags.targetCategory !== undefined && { category: flags.targetCategory }),
    ...(flags.numExtraTokens !== undefined && { extraTokens: flags.numExtraTokens }),
    eigenSmooth: flags.eigenSmooth === true,
    augSmooth: flags.augSmooth === true,
  })
  writeFileSync(flags.savePath, await heatPicture(sample.inputs, heat))
  process.stdout.write(`class ${category} at ${layers.join(', ')}: ${flags.savePath}\n`)
  return 0
})

function methodOf(name: string): CamMethod {
  const found = CAM_METHODS.find((one) => one === name.toLowerCase())
  if (found !== undefined) return found
  throw new TesseraError('INVALID_USAGE', {
    what: 'there is no such method',
    got: name,
    expected: CAM_METHODS.join(', '),
    nearest: suggest(name.toLowerCase(), CAM_METHODS),
  })
}

/** The image as the config's test pipeline makes it. */
async function sampleOf(config: Readonly<Record<string, unknown>>, image: string): Promise<PackedSample> {
  const steps = valueAt(config['test_dataloader'] ?? config['val_dataloader'], ['dataset', 'pipeline'])
  if (!Array.isArray(steps)) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'the config has no test pipeline',
      path: 'test_dataloader.dataset.pipeline',
      got: steps,
    })
  }
  const loads = valueAt(steps, ['0', 'type']) === 'LoadImageFromFile'
  const pipeline = new Pipeline(loads ? steps : [{ type: 'LoadImageFromFile' }, ...steps], new RunContainer(config))
  const item = await pipeline.run({ img_path: image }, new RandomStream(0))
  if (item !== null && isPackedSample(item)) return item
  throw new TesseraError('DATA_INVALID', {
    what: 'the test pipeline packs no image',
    path: image,
    hint: "It ends in { type: 'PackInputs' }.",
  })
}
