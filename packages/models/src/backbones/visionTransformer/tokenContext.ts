import type { PatchGrid } from '@tessera/nn'
import type { tf } from '@tessera/runtime'

/** What a block is told besides its tokens. */
export interface TokenContext {
  /** The patches' grid, without the extra tokens. */
  readonly grid: PatchGrid
  /** Only the first so many tokens are wanted; undefined: all. A block may compute more. */
  readonly queries?: number | undefined
  /** Shared bias of all attention scores, [1, heads, tokens, tokens]. */
  readonly bias?: tf.Tensor | undefined
}
