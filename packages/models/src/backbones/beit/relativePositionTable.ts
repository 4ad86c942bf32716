import { TesseraError } from '@tessera/core'
import { type Initializer, Module, Parameter } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { biasOf, indexBuffer, relativePositionIndexWithToken } from '../../layers/relativePosition.js'
import { resizeBiasTable } from '../../layers/resizeBiasTable.js'

/** A learnt bias for each offset between patches and for the class token, registered in the module that owns it. */
export class RelativePositionTable {
  private readonly index: Int32Array
  private readonly table: Parameter

  constructor(owner: Module, [rows, columns]: readonly [number, number], heads: number, init: Initializer) {
    const sides = [2 * rows - 1, 2 * columns - 1] as const
    this.index = relativePositionIndexWithToken(rows, columns)
    this.table = owner.registerParameter('relative_position_bias_table', new Parameter([sides[0] * sides[1] + 3, heads], { init }))
    this.table.adapt = (value) => resizeBiasTable(value, sides[0], sides[1], 3)
    owner.registerBuffer('relative_position_index', indexBuffer(this.index))
  }

  /**
   * [1, heads, tokens, tokens].
   * @param tokens how many there are: the bias is made for one size of image
   */
  bias(tokens: number, path: string): tf.Tensor {
    if (tokens * tokens !== this.index.length) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'a relative position bias is made for one size of image',
        path,
        got: `${tokens} tokens`,
        expected: `${Math.sqrt(this.index.length)} tokens`,
        hint: 'Set img_size to the size of the images; a checkpoint of another size is resized when it is loaded.',
      })
    }
    return biasOf(this.table.variable, this.index)
  }
}

/** The table as a module of its own, for a bias that all blocks share. */
export class RelativePositionBias extends Module {
  private readonly table: RelativePositionTable
  private readonly tokens: number

  constructor(window: readonly [number, number], heads: number, init: Initializer) {
    super()
    this.table = new RelativePositionTable(this, window, heads, init)
    this.tokens = window[0] * window[1] + 1
  }

  override forward(): tf.Tensor {
    return this.table.bias(this.tokens, this.path)
  }
}
