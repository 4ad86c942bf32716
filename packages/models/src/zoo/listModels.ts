import { MODELS } from '@tessera/core'
import { type ZooEntry, zooIndex } from './zooIndex.js'

export interface ListModelsOptions {
  /** Patterns of names to leave out. */
  readonly exclude_patterns?: string | readonly string[]
  /** Only models with a result for this task ('Image Classification'); 'null' for those without any (pretraining). */
  readonly task?: string
  /** Also models whose parts are not here: `getModel` refuses them. Default false. */
  readonly unsupported?: boolean
}

/**
 * Names of the zoo, sorted as the index has them.
 * @param pattern `*` and `?` as in a shell, at any place of the name's end being implied: 'resnet' lists all that start with it
 */
export function listModels(pattern?: string, options: ListModelsOptions = {}): string[] {
  const wanted = pattern === undefined ? undefined : compile(`${pattern}*`)
  const unwanted = [options.exclude_patterns ?? []].flat().map((text) => compile(`${text}*`))
  return [...zooIndex().values()]
    .filter((entry) => options.unsupported === true || missingTypes(entry).length === 0)
    .filter(({ name }) => (wanted?.test(name) ?? true) && !unwanted.some((one) => one.test(name)))
    .filter((entry) => options.task === undefined || tasksOf(entry).includes(options.task))
    .map(({ name }) => name)
}

/** `type`s of an entry's model that nothing is registered under. Preprocessors live in another package and are not looked at. */
export function missingTypes({ model }: ZooEntry): string[] {
  const types = Object.entries({ ...model, type: undefined, data_preprocessor: undefined, train_cfg: undefined, init_cfg: undefined })
    .map(([, value]) => value)
    .flatMap((value) => (isObject(value) && typeof value['type'] === 'string' ? [value['type']] : []))
  return [...new Set([model.type, ...types])].filter((type) => !MODELS.has(type))
}

function tasksOf({ results }: ZooEntry): string[] {
  const tasks = results.flatMap(({ task }) => task ?? [])
  return tasks.length === 0 ? ['null'] : tasks
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function compile(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${body}$`)
}
