import type { Parameter } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { totalNorm } from '../optimizers/totalNorm.js'

/** How PyTorch is to run it: changes no number. */
const foreach = v.optional(v.nullable(v.boolean()))

const normSchema = v.strictObject({
  type: v.optional(v.literal('norm', "Expected 'norm' or 'value'"), 'norm'),
  /** The gradients together are scaled down to this norm. */
  max_norm: v.pipe(v.number(), v.minValue(0, 'Expected a number that is not negative')),
  norm_type: v.optional(
    v.union([
      v.pipe(
        v.number(),
        v.check((p) => p > 0, 'Expected a positive number'),
      ),
      v.literal('inf'),
    ]),
    2,
  ),
  /** Only false: a loss that is not finite ends the run by itself, and a compiled step cannot look at the norm. */
  error_if_nonfinite: v.optional(v.literal(false)),
  foreach,
})

const valueSchema = v.strictObject({
  type: v.literal('value'),
  /** Every entry is limited to ± this value. */
  clip_value: v.pipe(v.number(), v.minValue(0, 'Expected a number that is not negative')),
  foreach,
})

type ClipGradSchema = typeof normSchema | typeof valueSchema

/** `clip_grad` of an optimizer wrapper; `wrapped` lets an error list the known keys. */
export const clipGradSchema = Object.assign(
  v.lazy<ClipGradSchema>((input) => (isValueClip(input) ? valueSchema : normSchema)),
  { wrapped: normSchema },
)

export type ClipGrad = v.InferOutput<ClipGradSchema>
type Gradients = ReadonlyMap<Parameter, tf.Tensor>

/** @returns the clipped gradients, and with `norm` the norm before clipping */
export function clipGradients(grads: Gradients, clip: ClipGrad): { grads: Gradients; norm?: tf.Scalar } {
  if (clip.type === 'value') return { grads: mapGradients(grads, (grad) => tf.clipByValue(grad, -clip.clip_value, clip.clip_value)) }
  const norm = totalNorm([...grads.values()], clip.norm_type === 'inf' ? Number.POSITIVE_INFINITY : clip.norm_type)
  // PyTorch's epsilon, and its product instead of a branch: the step has one shape whether it clips or not.
  const factor = tf.minimum(tf.div(clip.max_norm, tf.add(norm, 1e-6)), 1)
  return { grads: mapGradients(grads, (grad) => tf.mul(grad, factor)), norm }
}

function mapGradients(grads: Gradients, change: (grad: tf.Tensor) => tf.Tensor): Gradients {
  return new Map([...grads].map(([parameter, grad]) => [parameter, change(grad)]))
}

function isValueClip(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'type') && Reflect.get(input, 'type') === 'value'
}
