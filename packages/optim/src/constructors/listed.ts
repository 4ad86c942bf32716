/** Names in a message: the first few. */
export function listed(names: readonly string[], limit = 5): string {
  return names.length <= limit ? names.join(', ') : `${names.slice(0, limit).join(', ')}, …`
}
