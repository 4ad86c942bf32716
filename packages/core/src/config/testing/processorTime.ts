/** Milliseconds of processor time that this process spends on what is given: unlike a clock's, they do not grow when the machine is busy. */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
