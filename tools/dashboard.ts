import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { TesseraError } from '@tessera/core'
import { startDashboard } from '@tessera/dashboard'
import { createCommand, parseArguments } from './cli/command.js'
import { main } from './cli/main.js'

// npx tsx tools/dashboard.ts work_dirs: curves of every run in there, in the browser, live.
await main(async (argv) => {
  const command = createCommand('dashboard', 'Shows runs in the browser while they train: a page on this machine, for reading only.')
    .argument('<dirs...>', 'work dirs, or folders with work dirs in them')
    .option('--port <port>', 'where to listen on 127.0.0.1 (0: any that is free)', '7007')
  if (!parseArguments(command, argv)) return 0
  const port = Number(command.opts<{ port: string }>().port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TesseraError('INVALID_USAGE', {
      what: 'this is no port',
      path: '--port',
      got: command.opts()['port'],
      expected: '0 to 65535',
    })
  }
  const roots = command.args.map((dir) => resolve(dir))
  for (const root of roots) {
    if (!existsSync(root) || !statSync(root).isDirectory())
      throw new TesseraError('WORK_DIR', { what: 'there is no such folder', path: root })
  }
  const dashboard = await startDashboard({ roots, port })
  process.stdout.write(`${dashboard.url}  (Ctrl-C ends it)\n`)
  await new Promise<void>((done) => {
    process.once('SIGINT', done)
    process.once('SIGTERM', done)
  })
  await dashboard.close()
  return 0
})
