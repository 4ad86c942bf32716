/** @import { Axis, ConfigAnswer, ImageEntry, RunList, Series } from '../src/api.js' */

/** @param {string} address */
async function get(address) {
  const response = await fetch(address)
  if (response.status === 204) return undefined
  if (!response.ok) throw new Error(`${address.split('?')[0]}: ${await response.text()}`)
  return response.json()
}

/**
 * @param {number | undefined} since the version at hand
 * @returns {Promise<RunList | undefined>} undefined: nothing has changed
 */
export function getRuns(since) {
  return get(since === undefined ? '/api/runs' : `/api/runs?since=${since}`)
}

/**
 * @param {string} run
 * @param {readonly string[]} keys
 * @param {{ axis: Axis, points: number, smooth: number, from?: number | undefined, to?: number | undefined }} options
 * @returns {Promise<Record<string, Series>>}
 */
export async function getSeries(run, keys, { axis, points, smooth, from, to }) {
  const query = new URLSearchParams({ run, axis, points: String(points), smooth: String(smooth) })
  for (const key of keys) query.append('key', key)
  if (from !== undefined && to !== undefined) {
    query.set('from', String(from))
    query.set('to', String(to))
  }
  return (await get(`/api/series?${query}`)) ?? {}
}

/**
 * @param {readonly string[]} runs
 * @returns {Promise<ConfigAnswer>}
 */
export function getConfig(runs) {
  return get(`/api/config?${new URLSearchParams(runs.map((run) => ['run', run]))}`)
}

/**
 * @param {string} run
 * @returns {Promise<ImageEntry[]>}
 */
export async function getImages(run) {
  return (await get(`/api/images?${new URLSearchParams({ run })}`)).images
}

/**
 * @param {string} run
 * @param {string} key
 */
export function imageAddress(run, key) {
  return `/image?${new URLSearchParams({ run, key })}`
}
