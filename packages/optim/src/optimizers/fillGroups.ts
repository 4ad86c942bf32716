import { parseOptions, TesseraError } from '@tessera/core'
import type { Parameter, ParamGroup } from '@tessera/nn'
import * as v from 'valibot'
import { OncePerRow } from './oncePerRow.js'
import type { ParamGroupInit } from './paramGroupInit.js'

/** A schema whose keys can be listed: `v.strictObject`, or a pipe that starts with one. */
export type OptionsSchema = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> }

/**
 * Completes groups as PyTorch does: keys a group has stay, in their order; missing ones follow with the optimizer's values.
 * What the optimizer reads is checked against its schema in every group, groups that read the same at once; other keys pass through.
 * @throws TesseraError INVALID_ARGUMENT for no parameters, or a parameter in two groups
 */
export function fillGroups(groups: readonly ParamGroupInit[], defaults: object, schema: OptionsSchema, type: string): ParamGroup[] {
  checkMembership(groups)
  const keys = Object.keys(schema.entries)
  const read = new Set(keys)
  const rows = new OncePerRow<Readonly<Record<string, unknown>>>()
  const lr = schema.entries['lr']
  const usual = lr === undefined ? undefined : new UsualValues(lr)
  return groups.map((group) => {
    // All that decides what is missing and whether the rest is right: the group's keys, and what it gives for those that are read.
    const row: unknown[] = []
    for (const key of Object.keys(group)) {
      row.push(key)
      // Of layer decay every layer's rate is another number, and all else is the same: rates that stand for each other are one row.
      if (read.has(key)) row.push(key === 'lr' && usual !== undefined ? usual.of(group[key]) : group[key])
    }
    const missing = rows.of(row, () => {
      const rest = Object.fromEntries(Object.entries(defaults).filter(([key]) => !Object.hasOwn(group, key)))
      const whole: Record<string, unknown> = { ...group, ...rest }
      const options = keys.filter((key) => Object.hasOwn(whole, key)).map((key) => [key, whole[key]])
      parseOptions(schema, Object.fromEntries(options), { type, path: group.params[0]?.name })
      return rest
    })
    // A spread and a loop over the missing keys would take five times as long.
    const filled = Object.assign({}, group, missing)
    return Object.assign(filled, { lr: Number(filled.lr) })
  })
}

const USUAL = Symbol('a value that fits')

/** Values that a schema takes as they are, so that what else is read beside them cannot depend on which of them it is. */
class UsualValues {
  private readonly known = new Map<unknown, unknown>()

  constructor(private readonly schema: v.GenericSchema) {}

  /** The same for all numbers that fit; any other value is itself. */
  of(value: unknown): unknown {
    if (typeof value !== 'number') return value
    if (!this.known.has(value)) this.known.set(value, v.is(this.schema, value) ? USUAL : value)
    return this.known.get(value)
  }
}

function checkMembership(groups: readonly ParamGroupInit[]): void {
  const all = groups.flatMap((group) => group.params)
  if (all.length === 0) throw new TesseraError('INVALID_ARGUMENT', { what: 'the optimizer has no parameter to train' })
  const seen = new Set<Parameter>()
  const names = new Set<string>()
  for (const parameter of all) {
    if (seen.has(parameter)) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'some parameters appear in more than one parameter group',
        path: parameter.name,
        hint: 'A parameter that modules share needs bypass_duplicate: true in the paramwise_cfg of DefaultOptimWrapperConstructor.',
      })
    }
    if (parameter.name === '' || names.has(parameter.name)) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'every parameter needs a name of its own, because its optimizer state is kept under it',
        got: parameter.name,
        hint: 'Call model.nameState() on the root first.',
      })
    }
    seen.add(parameter)
    names.add(parameter.name)
  }
}
