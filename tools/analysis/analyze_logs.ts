import { writeFileSync } from 'node:fs'
import { TesseraError } from '@tessera/core'
import { chartFile, chartText, logCurves, readJsonLog, trainTimeText } from '@tessera/engine'
import { createCommand, parseArguments } from '../cli/command.js'
import { main } from '../cli/main.js'

interface PlotFlags {
  keys: string[]
  title?: string
  legend?: string[]
  out?: string
  windowSize: string
}

const LOGS = 'JSON logs (vis_data/scalars.json, ours or MMEngine’s), folders of runs, or work dirs, whose newest run is taken'

// Curves of JSON logs, and how long iterations took, with the flags of MMPreTrain's analyze_logs.py.
await main(async (argv) => {
  const command = createCommand('analyze_logs', 'Analyses the JSON logs of runs.')
  command
    .command('plot_curve')
    .description('curves of some keys of some logs, as SVG or in the terminal')
    .argument('<json_logs...>', LOGS)
    .option('--keys <key...>', 'what to plot', ['loss'])
    .option('--title <title>', 'title of the figure')
    .option('--legend <name...>', 'a name for each key of each log')
    .option('--style <style>', 'accepted for compatibility; has no effect')
    .option('--out <file>', 'where to write the figure (.svg); without it the curves are drawn in the terminal')
    .option('--window-size <size>', 'size of the figure, "W*H" in hundreds of pixels', '12*7')
    .action((places: string[], flags: PlotFlags) => plot(places, flags))
  command
    .command('cal_train_time')
    .description('time an iteration, by epoch and over all')
    .argument('<json_logs...>', LOGS)
    .option('--include-outliers', 'count the first line of every epoch, too')
    .action((places: string[], { includeOutliers = false }: { includeOutliers?: boolean }) => {
      for (const place of places) process.stdout.write(trainTimeText(readJsonLog(place), { includeOutliers }))
    })
  if (argv.length === 0) {
    process.stdout.write(command.helpInformation())
    return 0
  }
  parseArguments(command, argv)
  return 0
})

function plot(places: readonly string[], { keys, title, legend, out, windowSize }: PlotFlags): void {
  const [, width, height] = /^(\d+)\*(\d+)$/.exec(windowSize) ?? []
  if (width === undefined || height === undefined)
    throw new TesseraError('INVALID_USAGE', { what: 'not a size', path: '--window-size', got: windowSize, expected: 'W*H, such as 12*7' })
  if (out !== undefined && !out.endsWith('.svg'))
    throw new TesseraError('INVALID_USAGE', {
      what: 'figures are written as SVG',
      path: '--out',
      got: out,
      expected: 'a name that ends in .svg',
    })
  const chart = { ...logCurves(places.map(readJsonLog), keys, legend), ...(title !== undefined && { title }) }
  if (out === undefined) process.stdout.write(chartText(chart, process.stdout.columns ?? 80))
  else {
    writeFileSync(out, chartFile([chart], { width: Number(width) * 100, height: Number(height) * 100 }))
    process.stdout.write(`save curve to: ${out}\n`)
  }
}
