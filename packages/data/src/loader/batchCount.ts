/** How many batches an epoch has. */
export function batchCount(
  samples: number,
  options: { batch_size: number; drop_last: boolean; num_batch_per_epoch: number | null },
): number {
  const all = samples / options.batch_size
  const kept = options.drop_last ? Math.floor(all) : Math.ceil(all)
  return options.num_batch_per_epoch === null ? kept : Math.min(kept, options.num_batch_per_epoch)
}
