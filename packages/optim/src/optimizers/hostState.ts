/** What an optimizer keeps of a parameter on the host: numbers that need no tensor. */
export interface HostState {
  /** Updates done, the present one included. */
  step: number
  /** `mu_product`, … */
  [name: string]: number
}
