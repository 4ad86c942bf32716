import { type CompileOptions, createCompiledStep, type StepParts } from './compiledStep.js'
import { EagerStep } from './eagerStep.js'
import type { StepRunner } from './stepRunner.js'

/** @param compile the config's key of that name; absent or null: true */
export async function createStep(parts: StepParts, compile: unknown): Promise<StepRunner> {
  const options = compileOptions(compile)
  const compiled = options && (await createCompiledStep(parts, options))
  return compiled ?? new EagerStep(parts.model, parts.seed, parts.optimWrapper, parts.inStep)
}

function compileOptions(compile: unknown): CompileOptions | undefined {
  if (compile === false) return undefined
  const fallback = typeof compile === 'object' && compile !== null && Object.hasOwn(compile, 'fallback') && Reflect.get(compile, 'fallback')
  return { fallback: fallback === true }
}
