import { TesseraError } from '@tessera/core'
import { Command, CommanderError } from 'commander'

/** A command whose wrong use is a TesseraError (with commander's "did you mean"), never an exit from inside. */
export function createCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--debug', 'print the stack of an error')
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
}

/** Parses, or says what is wrong in one line. @returns false when help was asked for and shown */
export function parseArguments(command: Command, argv: readonly string[]): boolean {
  try {
    command.parse([...argv], { from: 'user' })
    return true
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return false
    throw new TesseraError('INVALID_USAGE', {
      what: error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '),
      hint: `Usage: ${command.name()} ${command.usage()} (--help lists the options).`,
    })
  }
}
