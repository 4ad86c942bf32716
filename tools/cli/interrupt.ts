/** Takes the handlers away again; `exitCode` is the shell's for the signal that came (130 for Ctrl-C, 143 for SIGTERM). */
export interface Release {
  (): void
  exitCode(): number
}

/** The first Ctrl-C or SIGTERM asks for an orderly end, the second leaves at once. */
export function onInterrupt(request: () => void): Release {
  let code = 0
  const codes = { SIGINT: 130, SIGTERM: 143 } as const
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const handle = () => {
      if (code !== 0) process.exit(codes[signal])
      code = codes[signal]
      process.stderr.write('\nstopping after this step; once more to leave at once\n')
      request()
    }
    process.on(signal, handle)
    return () => process.off(signal, handle)
  })
  const release = () => {
    for (const off of handlers) off()
  }
  return Object.assign(release, { exitCode: () => code })
}
