/** Of the packages, which go together. */
export const VERSION = '0.1.0'
