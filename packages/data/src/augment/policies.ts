import type { ComponentConfig, TransformTypes } from '@tessera/core'

type Policy = ComponentConfig<TransformTypes>

const simple: readonly Policy[] = [
  { type: 'AutoContrast' },
  { type: 'Equalize' },
  { type: 'Rotate', magnitude_range: [0, 30] },
  { type: 'Shear', magnitude_range: [0, 0.3], direction: 'horizontal' },
  { type: 'Shear', magnitude_range: [0, 0.3], direction: 'vertical' },
]

/** MMPreTrain's presets for RandAugment; `timm_increasing` is timm's list, whose strengths all grow with the level. */
export const RAND_POLICIES: Readonly<Record<'timm_increasing' | 'simple_increasing', readonly Policy[]>> = {
  simple_increasing: simple,
  timm_increasing: [
    ...simple,
    { type: 'Invert' },
    { type: 'Posterize', magnitude_range: [4, 0] },
    { type: 'Solarize', magnitude_range: [256, 0] },
    { type: 'SolarizeAdd', magnitude_range: [0, 110] },
    { type: 'ColorTransform', magnitude_range: [0, 0.9] },
    { type: 'Contrast', magnitude_range: [0, 0.9] },
    { type: 'Brightness', magnitude_range: [0, 0.9] },
    { type: 'Sharpness', magnitude_range: [0, 0.9] },
    { type: 'Translate', magnitude_range: [0, 0.45], direction: 'horizontal' },
    { type: 'Translate', magnitude_range: [0, 0.45], direction: 'vertical' },
  ],
}

const posterize = (bits: number, prob: number): Policy => ({ type: 'Posterize', bits, prob })
const solarize = (ninths: number, prob: number): Policy => ({ type: 'Solarize', thr: (256 / 9) * ninths, prob })
const rotate = (angle: number, prob: number): Policy => ({ type: 'Rotate', angle, prob })
const color = (magnitude: number, prob: number): Policy => ({ type: 'ColorTransform', magnitude, prob })
const contrast = (magnitude: number, prob: number): Policy => ({ type: 'Contrast', magnitude, prob })
const sharpness = (magnitude: number, prob: number): Policy => ({ type: 'Sharpness', magnitude, prob })
const equalize = (prob: number): Policy => ({ type: 'Equalize', prob })
const invert = (prob: number): Policy => ({ type: 'Invert', prob })
const autoContrast = (prob: number): Policy => ({ type: 'AutoContrast', prob })

const STEEP = (30 / 9) * 8

/** The 25 pairs that were found for ImageNet (Cubuk et al. 2018, arXiv 1805.09501, table 9), with MMPreTrain's strengths. */
export const AUTO_POLICIES: Readonly<Record<'imagenet', readonly (readonly Policy[])[]>> = {
  imagenet: [
    [posterize(4, 0.4), rotate(30, 0.6)],
    [solarize(4, 0.6), autoContrast(0.6)],
    [equalize(0.8), equalize(0.6)],
    [posterize(5, 0.6), posterize(5, 0.6)],
    [equalize(0.4), solarize(5, 0.2)],
    [equalize(0.4), rotate(STEEP, 0.8)],
    [solarize(6, 0.6), equalize(0.6)],
    [posterize(6, 0.8), equalize(1)],
    [rotate(10, 0.2), solarize(1, 0.6)],
    [equalize(0.6), posterize(5, 0.4)],
    [rotate(STEEP, 0.8), color(0, 0.4)],
    [rotate(30, 0.4), equalize(0.6)],
    [equalize(0), equalize(0.8)],
    [invert(0.6), equalize(1)],
    [color(0.4, 0.6), contrast(0.8, 1)],
    [rotate(STEEP, 0.8), color(0.2, 1)],
    [color(0.8, 0.8), solarize(2, 0.8)],
    [sharpness(0.7, 0.4), invert(0.6)],
    [{ type: 'Shear', magnitude: (0.3 / 9) * 5, prob: 0.6, direction: 'horizontal' }, equalize(1)],
    [color(0, 0.4), equalize(0.6)],
    [equalize(0.4), solarize(5, 0.2)],
    [solarize(4, 0.6), autoContrast(0.6)],
    [invert(0.6), equalize(1)],
    [color(0.4, 0.6), contrast(0.8, 1)],
    [equalize(0.8), equalize(0.6)],
  ],
}
