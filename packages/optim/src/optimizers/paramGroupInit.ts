import type { Parameter } from '@tessera/nn'

/** A group as a constructor writes it: what it leaves out, the optimizer's own options fill in (PyTorch's param_groups). */
export interface ParamGroupInit {
  params: Parameter[]
  lr?: number
  weight_decay?: number
  /** `lr_scale`, `layer_id`, `param_name`, `betas`, … */
  [option: string]: unknown
}
