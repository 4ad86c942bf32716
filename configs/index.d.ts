/// <reference path="./components.d.ts" />

export { defineConfig, type RunConfig } from '@tessera/core'

/** Every component that ships with Tessera. */
export declare const BUILT_IN_PLUGINS: readonly (readonly unknown[])[]
