import { modelText } from '../visualization/modelText.js'
import { environmentOf } from './environment.js'
import type { RunState } from './runState.js'

/** Does a part of the run and shows it: what it is goes to the visualization backends before, how it ended after. */
export async function shown<T>(run: RunState, work: () => Promise<T>): Promise<T> {
  run.logger.record(`Environment:\n${lines(environmentOf())}`)
  if (run.configText !== undefined) run.logger.record(`Config:\n${run.configText}`)
  await run.visualizer.addConfig(run.config, run.configText)
  await run.visualizer.addText('model', modelText(run.model), 0)
  try {
    const result = await work()
    await run.visualizer.close(run.progress.interrupted ? 'stopped' : 'finished')
    return result
  } catch (error) {
    await run.visualizer.close('failed')
    throw error
  }
}

function lines(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `    ${name}: ${value}`)
    .join('\n')
}
