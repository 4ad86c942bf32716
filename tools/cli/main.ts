import { TesseraError } from '@tessera/core'

/**
 * Runs a tool: an error that a user can act on is one line on stderr and exit code 1 (2 for a wrong command line);
 * the stack only with `--debug`, or when the error is a bug of ours.
 */
export async function main(tool: (argv: readonly string[]) => Promise<number | undefined>): Promise<void> {
  const argv = process.argv.slice(2)
  try {
    process.exitCode = (await tool(argv)) ?? 0
  } catch (error) {
    process.stderr.write(`${explain(error, argv.includes('--debug'))}\n`)
    process.exitCode = error instanceof TesseraError && error.code === 'INVALID_USAGE' ? 2 : 1
  }
}

/** What is printed for an error. */
export function explain(error: unknown, debug: boolean): string {
  if (error instanceof TesseraError) {
    const line = `error ${error.code}: ${error.message}`
    return debug
      ? `${line}\n${error.stack ?? ''}${error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? error.cause.message}` : ''}`
      : line
  }
  if (error instanceof Error) {
    return debug ? `error: ${error.stack ?? error.message}` : `error: ${error.message} (run again with --debug for the stack)`
  }
  return `error: ${String(error)}`
}
