import { TesseraError } from '@tessera/core'
import { type Config, own } from './configSections.js'

const TRIPLETS = [
  ['train_dataloader', 'train_cfg', 'optim_wrapper'],
  ['val_dataloader', 'val_cfg', 'val_evaluator'],
  ['test_dataloader', 'test_cfg', 'test_evaluator'],
] as const

/**
 * What belongs together is there together or not at all (MMEngine's rule).
 * @throws TesseraError INVALID_CONFIG naming the missing sections
 */
export function checkTriplets(config: Config): void {
  const has = (key: string): boolean => own(config, key) != null
  for (const keys of TRIPLETS) {
    const missing = keys.filter((key) => !has(key))
    if (missing.length === 0 || missing.length === keys.length) continue
    throw new TesseraError('INVALID_CONFIG', {
      what: `${keys.join(', ')} come together or not at all`,
      path: missing[0],
      got: `only ${keys.filter(has).join(' and ')}`,
      expected: `${missing.join(' and ')} as well`,
    })
  }
  if (has('param_scheduler') && !has('optim_wrapper')) {
    throw new TesseraError('INVALID_CONFIG', { what: 'a parameter scheduler needs an optimizer', path: 'optim_wrapper', got: undefined })
  }
}
