import { CHART_STYLE, type ChartOptions, type ChartSeries, lineChart } from './lineChart.js'

export interface Chart extends Pick<ChartOptions, 'title' | 'xLabel'> {
  readonly series: readonly ChartSeries[]
}

/** Charts below each other as an SVG file. @param size of each, in pixels */
export function chartFile(charts: readonly Chart[], size: { readonly width: number; readonly height: number }): string {
  const { width, height } = size
  const drawn = charts.map(({ series, ...options }, index) => lineChart(series, { ...options, ...size, y: index * height }))
  const all = Math.max(1, charts.length) * height
  return `<svg class="chart" xmlns="http://www.w3.org/2000/svg" width="${width}" height="${all}" viewBox="0 0 ${width} ${all}"><style>${CHART_STYLE}</style><rect class="ground" width="${width}" height="${all}"/>${drawn.join('')}</svg>\n`
}
