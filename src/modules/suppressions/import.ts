import { parse } from 'csv-parse'
import type { CountryCode } from 'libphonenumber-js/max'
import { type SuppressionReason, suppressionReasons } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { unescapeFormula } from '../../lib/csv.ts'
import type { RowErrorCode } from '../../lib/error-codes.ts'
import { invalid, malformed } from '../../lib/errors.ts'
import { parsePhone } from '../../lib/phone.ts'
import { instantOf } from '../../lib/time/instants.ts'
import { type NewSuppression, suppress } from './suppress.ts'

/** One row of a list, before it is checked. */
interface ImportRow {
  phone_number: string
  reason?: string | undefined
  note?: string | null | undefined
  expires_at?: string | null | undefined
}

/** The reason why a row was not imported. Phone numbers are not repeated in responses, only the number of the row. */
export interface RejectedRow {
  /** Starts at 0; the header of a CSV file does not count. */
  index: number
  field: string
  code: RowErrorCode
  detail: string
}

interface ImportResult {
  /** Numbers that were not suppressed before. */
  created: number
  /** Numbers whose suppression now expires later. */
  extended: number
  /** Numbers that were already suppressed at least as long, or that occur twice in the list. */
  unchanged: number
  rejected_total: number
  /** The first 1,000 rejected rows. */
  rejected: RejectedRow[]
}

/** Maximum number of rows in one request. */
export const maxRows = 50_000
const maxReportedRows = 1_000
const maxNoteLength = 1_000
/** Rows are checked and written in batches, so that other requests can run in between. */
const batchSize = 1_000

/**
 * Suppresses a list of numbers in the caller's transaction. Invalid rows are reported; the others are imported.
 *
 * @param reason the reason of rows without one
 * @param country ISO 3166 country of numbers without a country code
 */
export async function importSuppressions(
  tx: Tx,
  rows: readonly ImportRow[],
  { reason, country }: { reason: SuppressionReason; country: CountryCode | undefined },
  now: Date,
): Promise<ImportResult> {
  const result: ImportResult = { created: 0, extended: 0, unchanged: 0, rejected_total: 0, rejected: [] }
  for (let from = 0; from < rows.length; from += batchSize) {
    const accepted: NewSuppression[] = []
    for (const [i, row] of rows.slice(from, from + batchSize).entries()) {
      const parsed = parseRow(row, from + i, reason, country, now)
      if (!('index' in parsed)) accepted.push({ ...parsed, company_id: tx.company_id, source: 'import' })
      else if (++result.rejected_total <= maxReportedRows) result.rejected.push(parsed)
    }
    const { created, extended } = await suppress(tx, accepted, now)
    result.created += created
    result.extended += extended
    result.unchanged += accepted.length - created - extended
  }
  return result
}

function parseRow(
  row: ImportRow,
  index: number,
  defaultReason: SuppressionReason,
  country: CountryCode | undefined,
  now: Date,
): RejectedRow | Pick<NewSuppression, 'phone_number' | 'reason' | 'note' | 'expires_at'> {
  const reject = (field: string, code: RowErrorCode, detail: string): RejectedRow => ({
    index,
    field,
    code,
    detail,
  })
  const phone = parsePhone(row.phone_number, country)
  if (!phone.ok) return reject('phone_number', phone.code, `phone_number ${phone.reason}.`)
  const reason = (row.reason || defaultReason) as SuppressionReason
  if (!suppressionReasons.includes(reason)) {
    return reject('reason', 'unknown_reason', `reason must be one of ${suppressionReasons.join(', ')}.`)
  }
  const expires_at = row.expires_at ? instantOf(row.expires_at) : null
  if (expires_at === undefined) {
    const detail = 'expires_at must be an ISO 8601 date-time with an offset, like 2027-06-30T00:00:00Z.'
    return reject('expires_at', 'invalid_time', detail)
  }
  if (expires_at !== null && expires_at <= now) {
    const detail = `expires_at is ${expires_at.toISOString()}, which is in the past.`
    return reject('expires_at', 'already_expired', detail)
  }
  const noteLength = row.note?.length ?? 0
  if (noteLength > maxNoteLength) {
    return reject(
      'note',
      'too_long',
      `note has ${noteLength} characters; at most ${maxNoteLength} are allowed.`,
    )
  }
  return { phone_number: phone.number, reason, note: row.note || null, expires_at }
}

/** Names of the column of phone numbers, in lower case. */
const phoneColumnNames = [
  'phone_number',
  'phone',
  'number',
  'phone number',
  'телефон',
  'номер',
  'номер телефона',
]

/**
 * Parses a CSV file with a header, or with one phone number per line and no header. The delimiter (comma, semicolon or tab)
 * is the one that occurs most often in the first line. Columns other than those of the export are ignored.
 *
 * @throws Refusal 'malformed' when the text is not CSV; 'invalid' when no column holds phone numbers or there are more than
 * `maxRows` rows
 */
export async function parseCsv(text: string): Promise<ImportRow[]> {
  const [firstLine = ''] = text.split(/\r?\n/, 1)
  const records = await parseRecords(text, delimiterOf(firstLine))
  const [header = []] = records
  const names = header.map((name) => name.trim().toLowerCase())
  const phoneColumn = names.findIndex((name) => phoneColumnNames.includes(name))
  const hasNoHeader = phoneColumn === -1 && header.length === 1 && /\d{5}/.test(header[0] ?? '')
  if (phoneColumn === -1 && !hasNoHeader) {
    throw invalid(
      'no_phone_column',
      'No column holds phone numbers. The first line must name the columns, and one of them must be phone_number.',
      [{ pointer: '', detail: `Accepted names of this column: ${phoneColumnNames.join(', ')}.` }],
    )
  }
  if (hasNoHeader) return records.map(([phone_number = '']) => ({ phone_number }))
  const cell = (record: string[], name: string) => record[names.indexOf(name)]?.trim()
  return records.slice(1).map((record) => ({
    phone_number: record[phoneColumn]?.trim() ?? '',
    reason: cell(record, 'reason'),
    note: unescapeFormula(cell(record, 'note') ?? ''),
    expires_at: cell(record, 'expires_at'),
  }))
}

const delimiterOf = (line: string): string =>
  [',', ';', '\t'].reduce((best, delimiter) =>
    line.split(delimiter).length > line.split(best).length ? delimiter : best,
  )

async function parseRecords(text: string, delimiter: string): Promise<string[][]> {
  const records: string[][] = []
  const parser = parse({ bom: true, delimiter, relax_column_count: true, skip_empty_lines: true })
  parser.end(text)
  try {
    for await (const record of parser) {
      records.push(record as string[])
      if (records.length > maxRows + 1) throw tooManyRows()
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) throw error
    // The message of the library is not used, because it contains the line with a phone number.
    const line = 'lines' in error ? ` near line ${String(error.lines)}` : ''
    throw malformed('invalid_csv', `The body is not valid CSV${line}. Check that every quote is closed.`)
  }
  return records
}

const tooManyRows = () =>
  invalid(
    'too_many_rows',
    `The list has more than ${maxRows.toLocaleString('en')} rows. Split it into several requests.`,
  )
