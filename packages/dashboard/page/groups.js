/** @import { RunSummary } from '../src/api.js' */
import { ratesCard } from './curvesView.js'

/** Which curves stand where. */

const TIMES = /(?:^|\/)(?:data_)?time$|memory/

/** @param {readonly RunSummary[]} runs */
export function curveGroups(runs) {
  const tags = uniqueTags(runs).filter(({ mode, name }) => mode !== 'lr' && !TIMES.test(name) && !isRate(name))
  return [
    { title: 'Validation', cards: tags.filter(({ mode }) => mode === 'val').map(cardOf) },
    { title: 'Training', cards: tags.filter(({ mode }) => mode === 'train').map(cardOf) },
  ]
}

/** @param {readonly RunSummary[]} runs */
export function rateGroups(runs) {
  const byLayer = runs.filter(({ tags }) => tags.some(({ mode }) => mode === 'lr'))
  return [
    {
      title: 'By layer',
      cards: byLayer.map(({ id, name }) => ({ key: ratesCard(id), title: name, note: 'learning rate of every group of parameters' })),
    },
    {
      title: 'As logged',
      cards: uniqueTags(runs)
        .filter(({ mode, name }) => mode === 'train' && isRate(name))
        .map(cardOf),
    },
  ]
}

/** @param {readonly RunSummary[]} runs */
export function timeGroups(runs) {
  return [
    {
      title: 'Time and memory',
      cards: uniqueTags(runs)
        .filter(({ mode, name }) => mode !== 'lr' && TIMES.test(name))
        .map(cardOf),
    },
  ]
}

/** @param {string} name */
function isRate(name) {
  return /(?:^|[._/])lr$|momentum$/.test(name)
}

/** @param {readonly RunSummary[]} runs */
function uniqueTags(runs) {
  return [...new Map(runs.flatMap(({ tags }) => tags.map((tag) => [tag.key, tag]))).values()]
}

/** @param {{ key: string, name: string, mode: string }} tag */
function cardOf({ key, name, mode }) {
  return { key, title: name, note: mode === 'val' ? 'validation' : mode === 'train' ? 'training' : '' }
}
