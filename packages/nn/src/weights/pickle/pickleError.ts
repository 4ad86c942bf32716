/** What is wrong with a pickle, without the file: its reader adds that. */
export class PickleError extends Error {}
