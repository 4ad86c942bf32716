export type FlatOptions = Readonly<Record<string, string | number | boolean>>

/** A config as options with dotted names, `optim_wrapper.optimizer.lr`; lists of plain values stay together, null is `None` as in recipes. */
export function flatOptions(config: Readonly<Record<string, unknown>>): FlatOptions {
  const flat: Record<string, string | number | boolean> = {}
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') flat[name] = value
    else if (value === null) flat[name] = 'None'
    else if (typeof value === 'function') flat[name] = value.name
    else if (Array.isArray(value) && !value.some(isObject)) flat[name] = JSON.stringify(value)
    else if (isObject(value)) for (const [key, child] of Object.entries(value)) add(name === '' ? key : `${name}.${key}`, child)
  }
  add('', config)
  return flat
}

/** What people compare runs by. */
const COMPARED = [
  /^optim_wrapper\./,
  /^train_cfg\./,
  /^train_dataloader\.batch_size$/,
  /^randomness\.seed$/,
  /^model\.(?:type|backbone\.(?:type|arch|depth))$/,
]

/** Those of a config's options that make one run another than the next. */
export function hyperparameters(config: Readonly<Record<string, unknown>>): FlatOptions {
  return Object.fromEntries(Object.entries(flatOptions(config)).filter(([name]) => COMPARED.some((pattern) => pattern.test(name))))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
