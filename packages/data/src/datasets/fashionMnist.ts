import { type ConfigOf, DATASETS, type MetaInfo } from '@tessera/core'
import { MNIST, mnistSchema } from './mnist.js'

interface FashionMNISTConfig extends ConfigOf<'FashionMNIST', typeof mnistSchema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    FashionMNIST: FashionMNISTConfig
  }
}

/** Articles of clothing in the same form (Xiao et al. 2017, arXiv 1708.07747). */
@DATASETS.registerModule()
export class FashionMNIST extends MNIST {
  static override readonly schema = mnistSchema

  protected override classMetainfo(): MetaInfo {
    const classes = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot']
    return { classes }
  }
}
