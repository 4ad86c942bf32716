// The direction of dependencies: tools -> configs -> { engine, models, optim, data } -> nn -> runtime -> core.
const SIBLINGS = ['engine', 'models', 'optim', 'data']

/** What each package may import besides itself; everything else in the house is an error. */
const MAY_IMPORT = {
  core: [],
  // Reads what runs write, and nothing else of the house: it starts at once.
  dashboard: ['core'],
  runtime: ['core'],
  nn: ['core', 'runtime'],
  ...Object.fromEntries(SIBLINGS.map((name) => [name, ['core', 'runtime', 'nn']])),
}

const packageRules = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^packages/${name}/` },
  to: { path: '^(packages|configs|tools|examples|bench)/', pathNot: [name, ...allowed].map((other) => `^packages/${other}/`) },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...packageRules,
    {
      name: 'configs-do-not-import-tools',
      severity: 'error',
      from: { path: '^(configs|examples)/' },
      to: { path: '^(tools|bench)/' },
    },
    {
      name: 'a-package-is-entered-by-its-index',
      comment: 'Other packages see what src/index.ts exports, and nothing else.',
      severity: 'error',
      from: { path: '^(?:packages/([^/]+)|configs|tools|examples|bench)/' },
      to: { path: '^packages/[^/]+/src/', pathNot: ['^packages/[^/]+/src/index\\.ts$', '^packages/$1/'] },
    },
    {
      name: 'only-runtime-imports-tensorflow',
      severity: 'error',
      from: { pathNot: '^packages/runtime/' },
      to: { path: 'node_modules/@tensorflow/' },
    },
    {
      name: 'only-core-imports-inversify',
      severity: 'error',
      from: { pathNot: '^packages/core/' },
      to: { path: 'node_modules/(inversify|@inversifyjs|reflect-metadata)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; modules that run may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'The page names what the server hands out as uplot.js.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^\\./uplot\\.js$' },
    },
    {
      name: 'product-code-does-not-import-tests',
      severity: 'error',
      from: { pathNot: '\\.test\\.(ts|mjs)$' },
      to: { path: '\\.test\\.(ts|mjs)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages/[^/]+|configs|tools|tools/setup|examples/[^/]+|bench|tests|packages/dashboard/page)/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
}
