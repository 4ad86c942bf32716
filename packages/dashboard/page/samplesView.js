/** @import { ImageEntry, RunSummary } from '../src/api.js' */
import { getImages, imageAddress } from './api.js'
import { element } from './element.js'
import { shownRuns } from './state.js'

/** The step that is looked at, by run; the last one unless chosen. @type {Map<string, number>} */
const chosenSteps = new Map()

/** Drawn samples of every run that has some, at one step. @param {HTMLElement} place */
export async function drawSamples(place) {
  const runs = shownRuns().filter(({ images }) => images > 0)
  if (runs.length === 0) {
    place.replaceChildren(
      element(
        'p',
        { class: 'note' },
        'No samples. The config draws some with ',
        element('code', {}, 'default_hooks: { visualization: { enable: true } }'),
        '.',
      ),
    )
    return
  }
  const parts = await Promise.all(runs.map(async (run) => part(run, await getImages(run.id))))
  place.replaceChildren(...parts.flat())
}

/**
 * @param {RunSummary} run
 * @param {readonly ImageEntry[]} images
 */
function part(run, images) {
  const steps = [...new Set(images.map(({ step }) => step))].sort((a, b) => a - b)
  const slider = element('input', { type: 'range', min: '0', max: String(steps.length - 1), 'aria-label': 'step' })
  const label = element('output', {})
  const samples = element('div', { class: 'samples' })
  const show = () => {
    const step = steps[Number(slider.value)] ?? 0
    label.textContent = `step ${step}`
    samples.replaceChildren(
      ...images
        .filter((image) => image.step === step)
        .map(({ key, name }) =>
          element(
            'figure',
            {},
            element('img', { src: imageAddress(run.id, key), alt: name, loading: 'lazy' }),
            element('figcaption', {}, name),
          ),
        ),
    )
  }
  const chosen = steps.indexOf(chosenSteps.get(run.id) ?? -1)
  slider.value = String(chosen === -1 ? steps.length - 1 : chosen)
  slider.addEventListener('input', () => {
    chosenSteps.set(run.id, steps[Number(slider.value)] ?? 0)
    show()
  })
  show()
  return [element('h2', {}, run.name), element('div', { class: 'steps' }, slider, label), samples]
}
