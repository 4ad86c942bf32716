import { modelText } from '../visualization/modelText.js'
import type { RunState } from './runState.js'

/** Does a part of the run and shows it: what it is goes to the visualization backends before, how it ended after. */
export async function shown<T>(run: RunState, work: () => Promise<T>): Promise<T> {
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
