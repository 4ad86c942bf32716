import { type ConfigOf, MODELS } from '@tessera/core'
import { BEiTV1Head, type beitHeadSchema } from './beitV1Head.js'

interface BEiTV2HeadConfig extends ConfigOf<'BEiTV2Head', typeof beitHeadSchema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BEiTV2Head: BEiTV2HeadConfig
  }
}

/** The same head, which BEiT v2 asks twice: of the last features, and of those that had to pass the class token (arXiv 2208.06366). */
@MODELS.registerModule()
export class BEiTV2Head extends BEiTV1Head {}
