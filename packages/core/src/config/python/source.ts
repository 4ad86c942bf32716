import { TesseraError } from '../../errors.js'
import type { Fault } from './fault.js'
import type { Span } from './syntax.js'

/** A stretch of the text that stands for a placeholder of the file: `newFrom`..`newTo` was `from`..`to`. */
export interface Replacement extends Span {
  readonly newFrom: number
  readonly newTo: number
}

/** The text of a recipe as it is parsed, and how to find a place of it in the file. */
export interface Source {
  readonly file: string
  /** As it stands in the file, line ends as \n. */
  readonly original: string
  /** With placeholders filled in. */
  readonly text: string
  readonly replacements: readonly Replacement[]
}

const FRAME_WIDTH = 120

/** The error at a place of a file: `file:line:column`, and below the message the line with a caret under the construct. */
export function errorAt(source: Source, span: Span, fault: Fault): TesseraError {
  const from = originalOffset(source, span.from)
  const to = Math.max(originalOffset(source, span.to), from + 1)
  const lineStart = source.original.lastIndexOf('\n', from - 1) + 1
  const lineEnd = indexOrEnd(source.original, '\n', lineStart)
  const line = countLines(source.original, lineStart)
  return new TesseraError(fault.code, {
    what: fault.message,
    path: `${source.file}:${line}:${from - lineStart + 1}`,
    nearest: fault.nearest,
    hint: fault.hint,
    frame: frameOf(source.original.slice(lineStart, lineEnd), line, from - lineStart, Math.min(to, lineEnd) - lineStart),
    cause: fault,
  })
}

function frameOf(text: string, line: number, from: number, to: number): string {
  // A line may be a megabyte long, or hold what a terminal would obey.
  const start = from < FRAME_WIDTH - 40 ? 0 : from - 40
  const shown = text.slice(start, start + FRAME_WIDTH).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
  const width = Math.max(1, Math.min(to, start + FRAME_WIDTH) - from)
  const gutter = String(line)
  return `  ${gutter} | ${shown}\n  ${' '.repeat(gutter.length)} | ${' '.repeat(from - start)}${'^'.repeat(width)}`
}

/** Where an offset of the parsed text stands in the file. Inside a placeholder's value, that is where the placeholder starts. */
export function originalOffset(source: Source, offset: number): number {
  let shift = 0
  for (const { newFrom, newTo, from, to } of source.replacements) {
    if (offset < newFrom) break
    if (offset < newTo) return from
    shift = to - newTo
  }
  return Math.min(offset + shift, source.original.length)
}

function countLines(text: string, end: number): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function indexOrEnd(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from)
  return at === -1 ? text.length : at
}
