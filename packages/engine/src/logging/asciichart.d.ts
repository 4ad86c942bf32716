// The package brings no types of its own; this is the part that we use.
declare module 'asciichart' {
  const asciichart: {
    plot(series: readonly number[], options?: { height?: number; format?: (value: number, index: number) => string }): string
  }
  export default asciichart
}
