import { describe, expect, test } from '@jest/globals'
import { DATA_LOADERS, DATA_SAMPLERS, type Dataset, type HostBatch, RunContainer } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'

const image = { data: new Uint8Array(1), height: 1, width: 1, channels: 1 }

function numbered(length: number): Dataset {
  return { length, metainfo: {}, getItem: async (index) => ({ inputs: image, data_samples: { metainfo: {}, gt_label: [index] } }) }
}

function sampler(config: object, length = 10, share?: { rank: number; worldSize: number }) {
  return new RunContainer().build(DATA_SAMPLERS, config, numbered(length), {
    random: new RandomStream(7),
    ...(share === undefined ? {} : { share }),
  })
}

function firstOf(indices: Iterable<number>, count: number): number[] {
  const taken: number[] = []
  for (const index of indices) {
    if (taken.length === count) break
    taken.push(index)
  }
  return taken
}

describe('DefaultSampler', () => {
  expect(dataPlugin.length).toBeGreaterThan(0)

  test('in order, or a new order every epoch that holds everything once', () => {
    expect([...sampler({ type: 'DefaultSampler', shuffle: false }).indices()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const shuffled = sampler({ type: 'DefaultSampler', shuffle: true })
    const orders = [0, 1].map((epoch) => {
      shuffled.setEpoch(epoch)
      return [...shuffled.indices()]
    })
    expect(orders[0]).not.toEqual(orders[1])
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('starting in the middle gives the rest of the same order', () => {
    const shuffled = sampler({ type: 'DefaultSampler', shuffle: true })
    shuffled.setEpoch(3)
    expect([...shuffled.indices(4)]).toEqual([...shuffled.indices()].slice(4))
  })

  test('several processes share an epoch; round_up makes their parts equal', () => {
    const parts = [0, 1, 2].map((rank) => [...sampler({ type: 'DefaultSampler', shuffle: false }, 10, { rank, worldSize: 3 }).indices()])
    expect(parts.map((part) => part.length)).toEqual([4, 4, 4])
    expect(new Set(parts.flat()).size).toBe(10)
  })

  test('a seed of its own makes another order', () => {
    expect([...sampler({ type: 'DefaultSampler', seed: 1 }, 50).indices()]).not.toEqual([
      ...sampler({ type: 'DefaultSampler' }, 50).indices(),
    ])
  })
})

describe('InfiniteSampler', () => {
  test('goes on with a new order after each round, from any position', () => {
    const endless = sampler({ type: 'InfiniteSampler' })
    const three = firstOf(endless.indices(), 30)
    expect([0, 10, 20].map((at) => new Set(three.slice(at, at + 10)).size)).toEqual([10, 10, 10])
    expect(three.slice(0, 10)).not.toEqual(three.slice(10, 20))
    expect(firstOf(endless.indices(13), 5)).toEqual(three.slice(13, 18))
  })

  test('a loader goes on with it from pass to pass, also over a last batch that wraps', async () => {
    const config = { type: 'DataLoader', batch_size: 4, dataset: numbered(10), sampler: { type: 'InfiniteSampler' } }
    const loader = new RunContainer().build(DATA_LOADERS, config, { random: new RandomStream(7) })
    const labels = async (epoch: number) => {
      const all: HostBatch[] = []
      for await (const batch of loader.batches(epoch)) all.push(batch)
      return all.flatMap(({ data_samples }) => data_samples.map(({ gt_label }) => gt_label?.[0]))
    }
    const stream = firstOf(sampler({ type: 'InfiniteSampler' }).indices(), 24)
    expect([...(await labels(0)), ...(await labels(1))]).toEqual(stream)
  })
})

describe('RepeatAugSampler', () => {
  test('each sample follows itself, and an epoch is as long as the data set', () => {
    expect([...sampler({ type: 'RepeatAugSampler', shuffle: false }).indices()]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
    expect([...sampler({ type: 'RepeatAugSampler', shuffle: false, num_repeats: 5 }).indices(4)]).toEqual([0, 1, 1, 1, 1, 1])
  })

  test('processes get the repeats of the same sample', () => {
    const parts = [0, 1, 2].map((rank) => [...sampler({ type: 'RepeatAugSampler', shuffle: false }, 10, { rank, worldSize: 3 }).indices()])
    expect(parts).toEqual([0, 1, 2].map(() => [0, 1, 2, 3]))
  })

  test('a new order every epoch, the same for all processes', () => {
    const [a, b] = [0, 1].map((rank) => sampler({ type: 'RepeatAugSampler', num_repeats: 2 }, 50, { rank, worldSize: 2 }))
    const orders = [0, 1].map((epoch) => {
      a?.setEpoch(epoch)
      b?.setEpoch(epoch)
      expect([...(a?.indices() ?? [])]).toEqual([...(b?.indices() ?? [])])
      return [...(a?.indices() ?? [])]
    })
    expect(orders[0]).not.toEqual(orders[1])
  })
})
