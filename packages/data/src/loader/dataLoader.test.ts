import { describe, expect, test } from '@jest/globals'
import { DATA_LOADERS, type Dataset, type RandomSource, RunContainer } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'

const image = { data: new Uint8Array(1), height: 1, width: 1, channels: 1 }

/** Its labels are the index and a number drawn for it. */
class Drawing implements Dataset {
  readonly metainfo = {}
  readonly asked: number[] = []
  constructor(
    readonly length: number,
    private readonly broken = -1,
  ) {}
  async getItem(index: number, random: RandomSource) {
    this.asked.push(index)
    if (index === this.broken) throw new Error('unreadable')
    return { inputs: image, data_samples: { metainfo: {}, gt_label: [index, random.integer(1e6)] } }
  }
}

function loader(dataset: Dataset, options: object = {}) {
  const config = { type: 'DataLoader', dataset, batch_size: 4, sampler: { type: 'DefaultSampler', shuffle: false }, ...options }
  return new RunContainer().build(DATA_LOADERS, config, { random: new RandomStream(1) })
}

async function collect(options: object, { epoch = 0, start = 0 } = {}): Promise<(readonly number[] | undefined)[][]> {
  const batches = []
  for await (const { data_samples } of loader(new Drawing(10), options).batches(epoch, start)) {
    batches.push(data_samples.map(({ gt_label }) => gt_label))
  }
  return batches
}

describe('DataLoader', () => {
  expect(dataPlugin.length).toBeGreaterThan(0)

  test.each<[object, number[]]>([
    [{}, [4, 4, 2]],
    [{ drop_last: true }, [4, 4]],
    [{ num_batch_per_epoch: 1 }, [4]],
    [{ batch_sampler: null }, [4, 4, 2]],
    [{ batch_size: 20 }, [10]],
  ])('%j gives batches of %j', async (options, sizes) => {
    expect((await collect(options)).map((batch) => batch.length)).toEqual(sizes)
    expect(loader(new Drawing(10), options).length).toBe(sizes.length)
  })

  test('an item draws the same numbers whatever the batch size, the workers and the start', async () => {
    const plain = (await collect({})).flat()
    expect((await collect({ batch_size: 3, num_workers: 4, prefetch_factor: 5 })).flat()).toEqual(plain)
    expect((await collect({}, { start: 1 })).flat()).toEqual(plain.slice(4))
    expect((await collect({}, { epoch: 1 })).flat()).not.toEqual(plain)
  })

  test('reads only what lies after the start, and no further ahead than prefetch_factor', async () => {
    const dataset = new Drawing(40)
    for await (const _ of loader(dataset, { prefetch_factor: 1 }).batches(0, 3)) break
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(dataset.asked).toEqual([12, 13, 14, 15, 16, 17, 18, 19])
  })

  test('an item that fails is named, when its batch is due and not before', async () => {
    const seen: number[] = []
    const run = async () => {
      for await (const { data_samples } of loader(new Drawing(10, 5)).batches(0)) seen.push(data_samples.length)
    }
    await expect(run()).rejects.toThrow(/Drawing, sample 5: unreadable/)
    expect(seen).toEqual([4])
  })

  test.each([{ sampler: undefined }, { batch_size: 0 }, { batchsize: 3 }, { num_workers: -1 }])('%j is refused', (options) => {
    expect(() => loader(new Drawing(10), options)).toThrow()
  })
})
