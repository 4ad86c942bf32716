import { diffCheckpoints, inspectCheckpoint, publishCheckpoint } from '@tessera/engine'
import { checkpointTable, differenceText } from './cli/checkpointText.js'
import { createCommand, parseArguments } from './cli/command.js'
import { main } from './cli/main.js'

// npx tsx tools/checkpoint.ts inspect|verify|diff|publish: what is in checkpoints, whether it is whole, and what to give away.
await main(async (argv) => {
  let work: () => Promise<number> = async () => 0
  const command = createCommand('checkpoint', 'Looks into checkpoint folders and .safetensors files; nothing in them is run.')
  const sub = (name: string, description: string) => command.command(name).description(description).option('--json', 'as JSON')

  sub('inspect', 'what is in it')
    .argument('<checkpoint>')
    .action((place: string, { json }: { json?: boolean }) => {
      work = async () => print(inspectCheckpoint(place), json, checkpointTable)
    })
  sub('verify', 'whether every file is as it was saved')
    .argument('<checkpoint...>')
    .action((places: string[], { json }: { json?: boolean }) => {
      work = async () => {
        const results = places.map(verify)
        print(results, json, (all) =>
          all
            .map(
              ({ place, problem }) =>
                `${problem === undefined ? 'whole   ' : 'DAMAGED '} ${place}${problem === undefined ? '' : `: ${problem}`}\n`,
            )
            .join(''),
        )
        return results.every(({ problem }) => problem === undefined) ? 0 : 1
      }
    })
  sub('diff', 'what differs between two')
    .argument('<first>')
    .argument('<second>')
    .action((first: string, second: string, { json }: { json?: boolean }) => {
      work = async () => {
        const difference = diffCheckpoints(first, second)
        print(difference, json, differenceText)
        return difference.tensors.length + difference.facts.length === 0 ? 0 : 1
      }
    })
  sub('publish', 'the weights to use (the average, where there is one) under a name with their hash')
    .argument('<checkpoint>')
    .argument('[directory]', 'where to (default: beside the checkpoint)')
    .option('--no-ema', 'the trained weights although there is an average')
    .action((place: string, directory: string | undefined, { json, ema }: { json?: boolean; ema: boolean }) => {
      work = async () => {
        const published = await publishCheckpoint(place, { noEma: !ema, ...(directory !== undefined && { directory }) })
        return print({ published }, json, () => `${published}\n`)
      }
    })
  if (!parseArguments(command, argv)) return 0
  return work()
})

function verify(place: string): { place: string; problem?: string } {
  try {
    inspectCheckpoint(place)
    return { place }
  } catch (error) {
    return { place, problem: error instanceof Error ? error.message : String(error) }
  }
}

function print<T>(value: T, json: boolean | undefined, text: (value: T) => string): number {
  process.stdout.write(json === true ? `${JSON.stringify(value, null, 2)}\n` : text(value))
  return 0
}
