import { closeSync, openSync } from 'node:fs'
import { type Logger, TesseraError } from '@tessera/core'
import pc from 'picocolors'
import type { Console } from './console.js'
import { LogFile } from './logFile.js'
import { two } from './numberText.js'

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface RunLoggerOptions {
  console: Console
  /** Log file; appended to. Absent: console only. */
  file?: string
  level?: LogLevel
  now?: () => Date
}

/**
 * The run's logger, in MMEngine's form: `MM/DD HH:MM:SS - tessera - INFO - …` on the console, with the year in the file.
 * A warning that was shown is not shown again (the file keeps both).
 */
export class RunLogger implements Logger {
  private readonly console: Console
  private readonly level: number
  private readonly now: () => Date
  private readonly shownWarnings = new Set<string>()
  private readonly colors: ReturnType<typeof pc.createColors>
  private file: LogFile | undefined
  /** What prints a line while a progress bar stands at the bottom. */
  private printer: ((line: string) => void) | undefined

  constructor(options: RunLoggerOptions) {
    this.console = options.console
    this.level = LOG_LEVELS.indexOf(options.level ?? 'INFO')
    this.now = options.now ?? (() => new Date())
    this.colors = pc.createColors(options.console.color)
    if (options.file !== undefined) this.file = new LogFile(writable(options.file), (message) => this.toConsole('WARNING', message))
  }

  get keepsDebug(): boolean {
    return this.level <= LOG_LEVELS.indexOf('DEBUG')
  }

  debug(message: string): void {
    this.log('DEBUG', message)
  }

  info(message: string): void {
    this.log('INFO', message)
  }

  warning(message: string): void {
    this.log('WARNING', message)
  }

  error(message: string): void {
    this.log('ERROR', message)
  }

  /** A line of training progress: always in the file; on the console only where no progress bar shows the same. */
  progress(message: string): void {
    this.log('INFO', message, this.printer !== undefined)
  }

  /** What is worth keeping and too long to show: in the file only. */
  record(message: string): void {
    this.log('INFO', message, true)
  }

  /** Text of our own making (a plot, a summary), without time and level. */
  print(text: string): void {
    this.show(text)
    this.file?.append(`${text}\n`)
  }

  /** While a progress bar is up, lines go through it. */
  printThrough(printer: ((line: string) => void) | undefined): void {
    this.printer = printer
  }

  close(): void {
    this.file = undefined
  }

  private log(level: LogLevel, message: string, fileOnly = false): void {
    if (LOG_LEVELS.indexOf(level) < this.level) return
    const date = this.now()
    this.file?.append(`${date.getFullYear()}/${dayAndTime(date)} - tessera - ${level} - ${message}\n`)
    if (!fileOnly) this.toConsole(level, message)
  }

  private toConsole(level: LogLevel, message: string): void {
    if (level === 'WARNING' && this.shownWarnings.has(message)) return
    if (level === 'WARNING') this.shownWarnings.add(message)
    this.show(`${dayAndTime(this.now())} - tessera - ${this.paint(level)} - ${message}`)
  }

  private show(line: string): void {
    if (this.printer !== undefined) this.printer(line)
    else this.console.write(`${line}\n`)
  }

  private paint(level: LogLevel): string {
    if (level === 'WARNING') return this.colors.yellow(level)
    return level === 'ERROR' ? this.colors.red(level) : level
  }
}

function dayAndTime(date: Date): string {
  return `${two(date.getMonth() + 1)}/${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** @throws TesseraError WORK_DIR when nothing can be written there from the beginning */
function writable(file: string): string {
  try {
    closeSync(openSync(file, 'a'))
    return file
  } catch (cause) {
    throw new TesseraError('WORK_DIR', {
      what: `the log file cannot be written (${cause instanceof Error ? cause.message : String(cause)})`,
      path: file,
      cause,
    })
  }
}
