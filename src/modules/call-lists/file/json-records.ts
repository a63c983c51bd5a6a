import { truncate } from '../../../lib/text.ts'
import { FileError } from './column-mapping.ts'
import type { Reading, ReadOptions } from './read-options.ts'
import { type ByteSource, type FileRecord, maxRecordLength, textOf } from './records.ts'

/** Records of a JSON Lines file. The keys of the first object are the columns. @throws FileError */
export async function* jsonRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
  head: Uint8Array,
): AsyncGenerator<FileRecord> {
  let columns: string[] | undefined
  for await (const { line, text } of linesOf(textOf(source, options, reading, head))) {
    const object = parseObject(text)
    if (object === undefined) {
      const detail = 'The line is not a JSON object. Write one object per line.'
      yield { line, cells: [text], error: { code: 'invalid_json', detail } }
      continue
    }
    if (columns === undefined) {
      columns = Object.keys(object)
      yield { line: 0, cells: columns, isHeading: true }
    }
    const knownKeys = columns
    const unknownKey = Object.keys(object).find((key) => !knownKeys.includes(key))
    if (unknownKey !== undefined) {
      const detail = `The key "${truncate(unknownKey, 50)}" is not in the first line, whose keys are the columns. Add it there, or remove it.`
      yield { line, cells: [text], error: { code: 'unknown_key', detail } }
      continue
    }
    yield { line, cells: columns.map((name) => object[name] ?? '') }
  }
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/** Integers beyond 2^53 become strings, because a number of JavaScript would round them. */
const quoteLargeIntegers = (text: string): string =>
  /\d{16}/.test(text)
    ? text.replace(stringOrNumber, (token) =>
        /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
      )
    : text

/** The JSON object of a line; undefined when the line is anything else. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(quoteLargeIntegers(text))
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
