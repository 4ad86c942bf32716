import { type ConfigOf, DATASETS } from '@tessera/core'
import { CIFAR10, type CifarFiles, cifarSchema } from './cifar10.js'

interface CIFAR100Config extends ConfigOf<'CIFAR100', typeof cifarSchema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    CIFAR100: CIFAR100Config
  }
}

/** CIFAR10's photographs in a hundred classes (Krizhevsky 2009). */
@DATASETS.registerModule()
export class CIFAR100 extends CIFAR10 {
  static override readonly schema = cifarSchema

  protected override get files(): CifarFiles {
    return {
      pickled: 'cifar-100-python',
      binary: 'cifar-100-binary',
      train: ['train'],
      test: ['test'],
      names: 'fine_label_names.txt',
      labelBytes: 2,
      labels: 'fine_labels',
      namesFile: 'meta',
      namesKey: 'fine_label_names',
    }
  }
}
