/** @jest-config-loader esbuild-register */
import { availableParallelism } from 'node:os'
import type { Config } from 'jest'

// Jest gives each test file a copy of process.env that C++ code does not see, so TensorFlow's notes are switched off out here.
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'

const config: Config = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{packages,tools,configs,examples,tests}/**/*.test.{ts,mjs}'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
  // Tests load what users load: ES modules, and packages as their `src` through the workspace links.
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^fast-check$': '<rootDir>/tests/fastCheck.mjs' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@tessera/)'],
  // Jest leaves one core out, which on two leaves one of two.
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  testTimeout: 60_000,
}

export default config
