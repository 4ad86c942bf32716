import { describe, expect, test } from '@jest/globals'
import { missingPackages } from './nodeModules.mjs'

const LOCK = {
  packages: {
    '': { version: '0.1.0' },
    'packages/core': { version: '0.1.0' },
    'node_modules/@tessera/core': { resolved: 'packages/core', link: true },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'packages/core/node_modules/c': { version: '3.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
}
const INSTALLED = {
  packages: {
    'node_modules/@tessera/core': { resolved: 'packages/core', link: true },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'packages/core/node_modules/c': { version: '3.0.0' },
  },
}
const present = () => true

describe('missingPackages', () => {
  test('nothing, when all is there but what belongs to another platform', () => {
    expect(missingPackages(LOCK, INSTALLED, present)).toEqual([])
  })

  test('everything, when npm never finished', () => {
    expect(missingPackages(LOCK, undefined, present)).toEqual(['@tessera/core@workspace', 'a@1.0.0', 'b@2.0.0', 'c@3.0.0'])
  })

  test('a package of another version, and one whose folder is gone', () => {
    const older = { packages: { ...INSTALLED.packages, 'node_modules/a': { version: '0.9.0' } } }
    expect(missingPackages(LOCK, older, present)).toEqual(['a@1.0.0'])
    expect(missingPackages(LOCK, INSTALLED, (path) => !path.endsWith('/b'))).toEqual(['b@2.0.0'])
  })

  test('an optional package that is installed in the wrong version', () => {
    const wrong = { packages: { ...INSTALLED.packages, 'node_modules/other-platform': { version: '0.1.0' } } }
    expect(missingPackages(LOCK, wrong, present)).toEqual(['other-platform@1.0.0'])
  })
})
