/** What of a request decides whether it is answered at all. */
export interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `sec-fetch-site`: which page made the browser ask. */
  readonly site: string | undefined
}

export interface Refusal {
  readonly status: number
  readonly why: string
}

const LONGEST_URL = 4096

/**
 * Only reading, and only by pages of our own: another site that a browser shows can reach a local server by any name that leads to
 * 127.0.0.1 (DNS rebinding), so the name must be ours; and what it embeds or fetches from us is refused.
 */
export function refusalOf({ method, url, host, origin, site }: Asked, port: number): Refusal | undefined {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (host === undefined || !names.includes(host.toLowerCase())) return { status: 403, why: 'not a name of this server' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, why: 'only GET' }
  if (origin !== undefined && !names.includes(origin.replace(/^http:\/\//, ''))) return { status: 403, why: 'another origin' }
  const isPage = url === '/'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isPage) return { status: 403, why: 'another site' }
  if (url === undefined || !url.startsWith('/') || url.length > LONGEST_URL) return { status: 400, why: 'no such address' }
  return undefined
}

/** Sent with every answer: nothing but our own files runs or loads, nobody frames us, no type is guessed. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}
