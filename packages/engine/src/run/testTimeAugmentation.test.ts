import { expect, test } from '@jest/globals'
import { withTestTimeAugmentation } from './testTimeAugmentation.js'

const pack = { type: 'PackInputs' }
const load = { type: 'LoadImageFromFile' }
const model = { type: 'ImageClassifier', backbone: {} }
const loaderOf = (pipeline: unknown) => ({ batch_size: 2, dataset: { type: 'CustomDataset', pipeline } })
const flips = [
  { type: 'RandomFlip', prob: 1 },
  { type: 'RandomFlip', prob: 0 },
]

test('by default the scores of the mirror image and of the image are averaged', () => {
  const config = { model, test_dataloader: loaderOf([load, pack]) }
  expect(withTestTimeAugmentation(config)).toEqual({
    model: { type: 'AverageClsScoreTTA', module: model },
    test_dataloader: loaderOf([load, { type: 'TestTimeAug', transforms: [flips, [pack]] }]),
    tta_model: null,
    tta_pipeline: null,
  })
  expect(config.test_dataloader.dataset.pipeline).toEqual([load, pack])
})

test("the config's own model and pipeline count; a data set inside another is found", () => {
  const tta_pipeline = [load, { type: 'TestTimeAug', transforms: [[pack]] }]
  const test_dataloader = { dataset: { type: 'RepeatDataset', times: 2, dataset: { type: 'CustomDataset', pipeline: [load, pack] } } }
  expect(withTestTimeAugmentation({ model, test_dataloader, tta_model: { type: 'Own', rounds: 2 }, tta_pipeline })).toMatchObject({
    model: { type: 'Own', rounds: 2, module: model },
    test_dataloader: { dataset: { type: 'RepeatDataset', dataset: { pipeline: tta_pipeline } } },
  })
})

test.each([
  [{ model }, /test_dataloader/],
  [{ model, test_dataloader: { dataset: {} } }, /test_dataloader\.dataset\.pipeline/],
  [{ model, test_dataloader: loaderOf([]) }, /test_dataloader\.dataset\.pipeline/],
  [{ model, test_dataloader: loaderOf([pack]), tta_model: 'AverageClsScoreTTA' }, /tta_model/],
])('without a pipeline to change it says so (%#)', (config, message) => {
  expect(() => withTestTimeAugmentation(config)).toThrow(message)
})
