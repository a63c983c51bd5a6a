import { truncate } from '../../../lib/text.ts'
import { FileError } from './file-error.ts'
import { tooManyColumns } from './header-names.ts'
import { maxColumns } from './limits.ts'
import { type Reading, type ReadOptions, sampleRows } from './read-options.ts'
import { type ByteSource, type FileRecord, maxRecordLength, textOf } from './records.ts'

/** A line, and its object; undefined when the line is anything else. */
interface JsonLine {
  line: number
  text: string
  object: Record<string, unknown> | undefined
}

/** Records of a JSON Lines file. The keys of the first 100 lines are the columns. @throws FileError */
export async function* jsonRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
  head: Uint8Array,
): AsyncGenerator<FileRecord> {
  let columns: string[] | undefined
  let pending: JsonLine[] = []
  const keys = new Set<string>()
  const firstRecords = function* (): Generator<FileRecord> {
    columns = [...keys]
    if (columns.length > 0) yield { line: 0, cells: columns, isHeading: true }
    for (const line of pending) yield recordOf(line, columns)
    pending = []
  }
  for await (const { line, text } of linesOf(textOf(source, options, reading, head))) {
    const parsed = { line, text, object: parseObject(text) }
    // Lines without keys before the first object need not wait for it.
    const hasToWait = pending.length > 0 || parsed.object !== undefined
    if (columns !== undefined || !hasToWait) yield recordOf(parsed, columns ?? [])
    else {
      for (const key of Object.keys(parsed.object ?? {})) keys.add(key)
      if (keys.size > maxColumns) throw tooManyColumns(keys.size)
      if (pending.push(parsed) >= sampleRows) yield* firstRecords()
    }
  }
  if (columns === undefined) yield* firstRecords()
}

function recordOf({ line, text, object }: JsonLine, columns: readonly string[]): FileRecord {
  if (object === undefined) {
    const detail = 'The line is not a JSON object. Write one object per line.'
    return { line, cells: [text], error: { code: 'invalid_json', detail } }
  }
  const unknownKey = Object.keys(object).find((key) => !columns.includes(key))
  if (unknownKey !== undefined) {
    const detail = `The key "${truncate(unknownKey, 50)}" is not in the first ${sampleRows} lines, whose keys are the columns. Add it to one of them, or remove it.`
    return { line, cells: [text], error: { code: 'unknown_key', detail } }
  }
  const cells = columns.map((name) => object[name] ?? '')
  if (cells.some((cell) => isDeeperThan(cell, maxDepth))) {
    const detail = `A value of the line is nested more than ${maxDepth} levels deep. Write it with fewer levels.`
    return { line, cells: [text], error: { code: 'too_deep', detail } }
  }
  return { line, cells }
}

/** Levels of objects and arrays in a value: functions that write JSON call themselves for each level. */
const maxDepth = 50

const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1)))

const stringOrNumber = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|-?\d[\d.eE+-]*/g
/** Numbers with fewer digits and small exponents are exact in JavaScript. */
const mayBeInexact = /[\d.]{16}|\d[eE][+-]?\d{3}/
const maxExactDigits = 15

/** Numbers that JavaScript would round, such as integers beyond 2^53, become strings. */
const quoteInexactNumbers = (text: string): string =>
  text.replace(stringOrNumber, (token) =>
    token.startsWith('"') || isExactNumber(token) ? token : `"${token}"`,
  )

function isExactNumber(token: string): boolean {
  const value = Number(token)
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(value)
  const digits = token.replace(/[eE].*$|\D/g, '').replace(/^0+/, '')
  return Number.isFinite(value) && (digits.length <= maxExactDigits || String(value) === token)
}

/** The JSON object of a line; undefined when the line is anything else. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    // Only valid JSON is searched for numbers: in a text with an open quote the search would take quadratic time.
    const value: unknown = mayBeInexact.test(text) ? JSON.parse(quoteInexactNumbers(text)) : parsed
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch (error) {
    // A RangeError: the text is nested too deeply to be parsed.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

/** The lines that are not blank, with their numbers. @throws FileError when a line is too long */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let incompleteLine = ''
  let line = 0
  for await (const text of texts) {
    const lines = (incompleteLine + text).split(/\r?\n/)
    incompleteLine = lines.pop() ?? ''
    if (incompleteLine.length > maxRecordLength) {
      const detail = `Line ${line + lines.length + 1} has more than ${maxRecordLength.toLocaleString('en')} characters. Write one object per line, and shorten its values.`
      throw new FileError('line_too_long', detail)
    }
    for (const lineText of lines) {
      line++
      if (lineText.trim() !== '') yield { line, text: lineText }
    }
  }
  if (incompleteLine.trim() !== '') yield { line: line + 1, text: incompleteLine }
}
