import { diffConfigs } from './diffConfigs.js'
import { dumpConfig } from './dumpConfig.js'
import { loadConfig } from './loadConfig.js'
import { loadConfigText } from './loadConfigText.js'

/** The same functions under the names that MMEngine's users know: `Config.fromFile`, `Config.fromString`, `Config.dump`, `Config.diff`. */
export const Config = { fromFile: loadConfig, fromString: loadConfigText, dump: dumpConfig, diff: diffConfigs } as const
