import { TesseraError } from '../../../errors.js'
import { Environment } from '../../environment.js'
import type { ConfigDict } from '../../plainObject.js'
import { readPythonConfig } from '../readPythonConfig.js'

interface Given {
  readonly bases?: Readonly<Record<string, ConfigDict>>
  readonly environment?: Readonly<Record<string, string>>
  readonly file?: string
}

/** What a Python config of this text says; bases come from a table instead of files. */
export function readText(text: string, { bases = {}, environment = {}, file = '/configs/demo.py' }: Given = {}): Promise<ConfigDict> {
  return readPythonConfig(text, file, {
    environment: new Environment(environment),
    readBase: async (name) =>
      bases[name] ?? Promise.reject(new TesseraError('CONFIG_NOT_FOUND', { what: 'there is no such base', got: name })),
  })
}

/** The value of one expression. */
export async function valueOfExpression(expression: string, given: Given = {}): Promise<unknown> {
  return (await readText(`value = ${expression}`, given))['value']
}
