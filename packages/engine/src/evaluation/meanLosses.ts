/** Means of the losses of batches, weighted by their size; `loss`, the total, becomes `val_loss` or `test_loss` (MMEngine's names). */
export class MeanLosses {
  private readonly sums = new Map<string, number>()
  private samples = 0

  constructor(private readonly totalName: string) {}

  add(losses: Readonly<Record<string, number>>, samples: number): void {
    for (const [name, value] of Object.entries(losses)) this.sums.set(name, (this.sums.get(name) ?? 0) + value * samples)
    this.samples += samples
  }

  /** Parts first, the total last. */
  means(): Record<string, number> {
    const parts = [...this.sums].filter(([name]) => name !== 'loss')
    const total = this.sums.get('loss')
    return Object.fromEntries([
      ...parts.map(([name, sum]) => [name, sum / this.samples] as const),
      ...(total === undefined ? [] : [[this.totalName, total / this.samples] as const]),
    ])
  }
}
