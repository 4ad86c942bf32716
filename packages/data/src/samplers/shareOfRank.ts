/** Which part of every epoch a process reads. One process alone reads it all. */
export interface Share {
  readonly rank: number
  readonly worldSize: number
}

export const WHOLE: Share = { rank: 0, worldSize: 1 }

/** How many of `total` indices a rank gets; with `roundUp` all ranks get the same number, by repeating some. */
export function shareLength(total: number, { rank, worldSize }: Share, roundUp: boolean): number {
  return roundUp ? Math.ceil(total / worldSize) : Math.max(0, Math.ceil((total - rank) / worldSize))
}

/** The `position`-th index of a rank, which takes every worldSize-th of the common order, wrapped around at its end. */
export function shareAt(position: number, total: number, { rank, worldSize }: Share): number {
  return (rank + position * worldSize) % total
}
