import * as v from 'valibot'

const headSchema = v.object({ groups: v.array(v.object({ name: v.string() })) })
const rowSchema = v.object({ step: v.number(), lr: v.array(v.nullable(v.number())) })

/** `learning_rates.json`: a line that names the groups of parameters, then each group's rate at a step. */
export class RateRows {
  private names: readonly string[] = []

  /** @returns the rates by the names of their groups; undefined for a line without any */
  row(line: string): Record<string, unknown> | undefined {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      return undefined
    }
    const head = v.safeParse(headSchema, value)
    if (head.success) {
      this.names = head.output.groups.map(({ name }) => name)
      return undefined
    }
    const row = v.safeParse(rowSchema, value)
    if (!row.success) return undefined
    return {
      step: row.output.step,
      ...Object.fromEntries(row.output.lr.map((rate, index) => [this.names[index] ?? `group ${index}`, rate])),
    }
  }
}
