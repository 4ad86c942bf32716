import path from 'node:path'
import type { ParamGroup } from '@tessera/nn'
import { LogFile } from './logFile.js'

/** Groups that always have the same rate, under one name. */
interface RateGroup {
  readonly name: string
  /** Where the first of them stands in the wrapper's groups. */
  readonly index: number
  /** How many parameters. */
  readonly parameters: number
}

/**
 * Every layer's learning rate over the run, for the dashboard: `learning_rates.json` beside the scalars, a line that names the
 * groups, then `{ step, lr: [a rate a group] }`. The scalars themselves hold the first group's only, as MMEngine's do.
 */
export class LearningRateLog {
  private readonly file: LogFile
  private groups: readonly RateGroup[] | undefined

  /** @param directory `<log dir>/vis_data` @param tell hears of lines that cannot be written */
  constructor(directory: string, tell: (message: string) => void) {
    this.file = new LogFile(path.join(directory, 'learning_rates.json'), tell)
  }

  add(paramGroups: readonly ParamGroup[], step: number): void {
    if (this.groups === undefined) {
      this.groups = rateGroups(paramGroups)
      if (this.groups.length > 1) this.write({ groups: this.groups.map(({ name, parameters }) => ({ name, parameters })) })
    }
    if (this.groups.length > 1) this.write({ step, lr: this.groups.map(({ index }) => paramGroups[index]?.lr ?? null) })
  }

  private write(line: object): void {
    this.file.append(`${JSON.stringify(line)}\n`)
  }
}

/** Groups of one layer and one scale go together: they differ in weight decay only. In the order of their layers. */
export function rateGroups(paramGroups: readonly ParamGroup[]): RateGroup[] {
  const byName = new Map<string, RateGroup>()
  for (const [index, group] of paramGroups.entries()) {
    if (group.params.length === 0) continue
    const name = nameOf(group)
    const known = byName.get(name)
    byName.set(name, { name, index: known?.index ?? index, parameters: (known?.parameters ?? 0) + group.params.length })
  }
  return [...byName.values()].sort((a, b) => layerOf(paramGroups[a.index]) - layerOf(paramGroups[b.index]))
}

function nameOf(group: ParamGroup): string {
  const { layer_id, lr_scale, initial_lr, lr } = group
  if (typeof layer_id === 'number')
    return `layer ${layer_id}${typeof lr_scale === 'number' ? ` (× ${Number(lr_scale.toPrecision(3))})` : ''}`
  return `lr ${Number((typeof initial_lr === 'number' ? initial_lr : lr).toPrecision(3))}`
}

/** Groups without a layer keep their places, behind the others. */
function layerOf(group: ParamGroup | undefined): number {
  const layer = group?.['layer_id']
  return typeof layer === 'number' ? layer : Number.MAX_SAFE_INTEGER
}
