import type { Curve } from './curves.js'

const WIDTH = 820
const HEIGHT = 420

/** The curves as an SVG document: losses on the left axis, metrics on the right. echarts is loaded only here: it takes a while. */
export async function curvesSvg(curves: readonly Curve[]): Promise<string> {
  const echarts = await import('echarts')
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  const metrics = curves.filter(({ kind }) => kind === 'metric')
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    grid: { left: 70, right: metrics.length > 0 ? 70 : 30, top: 50, bottom: 60 },
    legend: { top: 12, data: curves.map(({ name }) => name) },
    xAxis: {
      type: 'value',
      name: curves[0]?.unit ?? 'iteration',
      nameLocation: 'middle',
      nameGap: 32,
      min: 0,
      max: Math.max(...curves.map(({ points }) => points.at(-1)?.x ?? 0)),
    },
    yAxis: [
      { type: 'value', name: 'training loss', scale: true },
      {
        type: 'value',
        name: metrics.length === 1 ? (metrics[0]?.name ?? '') : 'metrics',
        scale: true,
        ...(arePercent(metrics) && { max: 100 }),
        show: metrics.length > 0,
        splitLine: { show: false },
      },
    ],
    series: curves.map(({ name, kind, points }) => ({
      name,
      type: 'line',
      lineStyle: { width: 1.5 },
      yAxisIndex: kind === 'loss' ? 0 : 1,
      showSymbol: points.length <= 30,
      data: points.map(({ x, y }) => [x, y]),
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Accuracies: an axis beyond 100 would promise too much. */
function arePercent(metrics: readonly Curve[]): boolean {
  const values = metrics.flatMap(({ points }) => points.map(({ y }) => y))
  return values.every((value) => value >= 0 && value <= 100) && values.some((value) => value > 1)
}
