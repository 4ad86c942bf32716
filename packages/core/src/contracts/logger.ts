/** A run's logger. One line a call; where lines go and how they look is engine's. */
export interface Logger {
  /** False when `debug` lines go nowhere, so that nobody need make them. Absent: they may be kept. */
  readonly keepsDebug?: boolean
  debug(message: string): void
  info(message: string): void
  warning(message: string): void
  error(message: string): void
}

/** Drops everything: for code that runs outside a run. */
export const SILENT_LOGGER: Logger = { keepsDebug: false, debug() {}, info() {}, warning() {}, error() {} }
