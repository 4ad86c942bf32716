import * as v from 'valibot'

const IN_CODE = new WeakSet<object>()

/**
 * A value that code alone can give: a data set that is built already, a function. No file holds one, so the JSON Schema of configs has
 * nothing in its place, and beside other alternatives those alone count.
 */
export function codeOnly<T>(
  check: (value: unknown) => boolean,
  message?: string,
): v.CustomSchema<T, v.ErrorMessage<v.CustomIssue> | undefined> {
  const schema = v.custom<T>(check, message)
  IN_CODE.add(schema)
  return schema
}

export function isCodeOnly(schema: object): boolean {
  return IN_CODE.has(schema)
}
