import { TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { ScheduleRule } from './rules.js'
import type { Schedule } from './schedule.js'

/** What a kind of scheduler brings. */
export interface SchedulerParts {
  readonly schedule: Schedule
  readonly rule: ScheduleRule
  /** The rule's numbers, for the state dict, under MMEngine's names. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The same kind with the numbers of a state dict. @throws TesseraError STATE_DICT_MISMATCH */
  restored(state: Readonly<Record<string, unknown>>): SchedulerParts
}

const scheduleState = v.looseObject({ begin: v.number(), end: v.number() })

/** @param settingsOf reads the numbers that the rule is made of */
export function schedulerParts<TSettings extends Readonly<Record<string, unknown>>>(
  schedule: Schedule,
  settingsOf: v.GenericSchema<unknown, TSettings>,
  settings: TSettings,
  ruleOf: (settings: TSettings) => ScheduleRule,
): SchedulerParts {
  return {
    schedule,
    settings,
    rule: ruleOf(settings),
    restored: (state) => {
      const { begin, end } = readState(scheduleState, state)
      return schedulerParts({ ...schedule, begin, end }, settingsOf, readState(settingsOf, state), ruleOf)
    },
  }
}

/** The part of a state dict that a schema describes. @throws TesseraError STATE_DICT_MISMATCH */
export function readState<TSchema extends v.GenericSchema>(
  schema: TSchema,
  state: Readonly<Record<string, unknown>>,
): v.InferOutput<TSchema> {
  const parsed = v.safeParse(schema, state)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw stateMismatch('the scheduler state is not one of ours', v.getDotPath(issue) ?? undefined, issue.input, issue.expected ?? undefined)
}

export function stateMismatch(what: string, path: string | undefined, got: unknown, expected: string | undefined): TesseraError {
  return new TesseraError('STATE_DICT_MISMATCH', { what, path, got, expected })
}
