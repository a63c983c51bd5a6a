import { truncate } from '../../../lib/text.ts'
import { FileError } from './column-mapping.ts'
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
  const firstRecords = function* (): Generator<FileRecord> {
    const keys = [...new Set(pending.flatMap(({ object }) => Object.keys(object ?? {})))]
    if (keys.length > 0) yield { line: 0, cells: keys, isHeading: true }
    for (const line of pending) yield recordOf(line, keys)
    pending = []
    columns = keys
  }
  for await (const { line, text } of linesOf(textOf(source, options, reading, head))) {
    const parsed = { line, text, object: parseObject(text) }
    // Lines without keys before the first object need not wait for it.
    const hasToWait = pending.length > 0 || parsed.object !== undefined
    if (columns !== undefined || !hasToWait) yield recordOf(parsed, columns ?? [])
    else if (pending.push(parsed) >= sampleRows) yield* firstRecords()
  }
  yield* firstRecords()
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
  return { line, cells: columns.map((name) => object[name] ?? '') }
}

const stringOrNumber = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|-?\d[\d.eE+-]*/g
/** Numbers with fewer digits and small exponents are exact in JavaScript. */
const mayBeInexact = /[\d.]{16}|\d[eE][+-]?\d{3}/
const maxExactDigits = 15

/** Numbers that JavaScript would round, such as integers beyond 2^53, become strings. */
const quoteInexactNumbers = (text: string): string =>
  mayBeInexact.test(text)
    ? text.replace(stringOrNumber, (token) =>
        token.startsWith('"') || isExactNumber(token) ? token : `"${token}"`,
      )
    : text

function isExactNumber(token: string): boolean {
  const value = Number(token)
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(value)
  const digits = token.replace(/[eE].*$|\D/g, '').replace(/^0+/, '')
  return Number.isFinite(value) && (digits.length <= maxExactDigits || String(value) === token)
}

/** The JSON object of a line; undefined when the line is anything else. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(quoteInexactNumbers(text))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
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
      const detail = `Line ${line + lines.length + 1} has more than ${maxRecordLength.toLocaleString('en')} characters.`
      throw new FileError('line_too_long', detail)
    }
    for (const lineText of lines) {
      line++
      if (lineText.trim() !== '') yield { line, text: lineText }
    }
  }
  if (incompleteLine.trim() !== '') yield { line: line + 1, text: incompleteLine }
}
