/** The run's notice board (MMEngine's MessageHub): scalars with history, and facts. */
export interface MessageHubContract {
  /** @param count how many samples the value stands for, for weighted means */
  updateScalar(key: string, value: number, count?: number): void
  updateInfo(key: string, value: unknown): void
  getInfo(key: string): unknown
}

/** Knows nothing and keeps nothing: for code that runs outside a run. */
export const SILENT_MESSAGE_HUB: MessageHubContract = { updateScalar() {}, updateInfo() {}, getInfo: () => undefined }
