/** Where a run shows itself. Packages never touch `console`; tools hand in this one, tests a list. */
export interface Console {
  /** Text as it is; no newline is added. */
  write(text: string): void
  /** A person is watching: a progress bar may move, lines may be redrawn. */
  readonly interactive: boolean
  readonly color: boolean
  readonly columns: number
}

/** The process's standard output; NO_COLOR and CI are respected. */
export function processConsole(): Console {
  survivePipe()
  const terminal = process.stdout.isTTY === true && !process.env['CI'] && process.env['TERM'] !== 'dumb'
  return {
    write: (text) => void process.stdout.write(text),
    interactive: terminal,
    color: terminal && !process.env['NO_COLOR'],
    get columns() {
      return process.stdout.columns ?? 80
    },
  }
}

let survives = false

/** Whoever reads along may stop (`| head`): a run does not end for that. */
function survivePipe(): void {
  if (survives) return
  survives = true
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

/** Shows nothing: for runs inside tests and smoke runs. */
export const SILENT_CONSOLE: Console = { write() {}, interactive: false, color: false, columns: 80 }
