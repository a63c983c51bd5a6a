import { parse } from 'csv-parse'
import type { CountryCode } from 'libphonenumber-js/max'
import { type SuppressionReason, suppressionReasons } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { unescapeFormula } from '../../lib/csv.ts'
import { invalid, malformed } from '../../lib/errors.ts'
import { parsePhone } from '../../lib/phone.ts'
import { type NewSuppression, suppress } from './suppress.ts'

/** One row of a list, as it came. */
export interface ImportRow {
  phone_number: string
  reason?: string | undefined
  note?: string | null | undefined
  expires_at?: string | null | undefined
}

/** Why a row was not taken; its number is in the request, and not repeated here. */
export interface RejectedRow {
  /** From 0, without the heading. */
  index: number
  field: string
  code: string
  detail: string
}

export interface ImportResult {
  /** Numbers not suppressed until now. */
  created: number
  /** Numbers whose suppression now ends later. */
  extended: number
  /** Numbers suppressed at least as long already, or twice in the list. */
  unchanged: number
  rejected_total: number
  /** The first of them. */
  rejected: RejectedRow[]
}

/** Rows of a list at most; a longer one comes in parts. */
export const maxRows = 50_000
const mostTold = 1_000
/** Rows read and written at a time: between, others have their turn. */
const slice = 1_000

/**
 * Suppresses a list of numbers, all of it or, when it fails, none. Bad rows are told, and harm no other.
 *
 * @param reason of rows that name none
 */
export async function importSuppressions(
  tx: Tx,
  rows: readonly ImportRow[],
  { reason, country }: { reason: SuppressionReason; country: CountryCode | undefined },
  now: Date,
): Promise<ImportResult> {
  const done: ImportResult = { created: 0, extended: 0, unchanged: 0, rejected_total: 0, rejected: [] }
  for (let from = 0; from < rows.length; from += slice) {
    const taken: NewSuppression[] = []
    for (const [i, row] of rows.slice(from, from + slice).entries()) {
      const read = readRow(row, from + i, reason, country, now)
      if (!('index' in read)) taken.push({ ...read, company_id: tx.company_id, source: 'import' })
      else if (++done.rejected_total <= mostTold) done.rejected.push(read)
    }
    const { created, extended } = await suppress(tx, taken, now)
    done.created += created
    done.extended += extended
    done.unchanged += taken.length - created - extended
  }
  return done
}

function readRow(
  row: ImportRow,
  index: number,
  usual: SuppressionReason,
  country: CountryCode | undefined,
  now: Date,
): RejectedRow | Pick<NewSuppression, 'phone_number' | 'reason' | 'note' | 'expires_at'> {
  const reject = (field: string, code: string, detail: string): RejectedRow => ({
    index,
    field,
    code,
    detail,
  })
  const phone = parsePhone(row.phone_number, country)
  if (!phone.ok) return reject('phone_number', 'invalid_phone_number', phone.reason)
  const reason = (row.reason || usual) as SuppressionReason
  if (!suppressionReasons.includes(reason)) {
    return reject('reason', 'unknown_reason', `is none of ${suppressionReasons.join(', ')}`)
  }
  const expires_at = row.expires_at ? new Date(row.expires_at) : null
  if (expires_at !== null && Number.isNaN(expires_at.getTime()))
    return reject('expires_at', 'invalid_time', 'is not an instant')
  if (expires_at !== null && expires_at <= now)
    return reject('expires_at', 'already_expired', 'is in the past')
  if ((row.note?.length ?? 0) > 1_000) return reject('note', 'too_long', 'has more than 1,000 characters')
  return { phone_number: phone.number, reason, note: row.note || null, expires_at }
}

/** What a heading may call the number, apart from `phone_number`. */
const headings = ['phone', 'number', 'phone number', 'телефон', 'номер', 'номер телефона']

/**
 * Reads a CSV file: as `export` writes it, or one number a line. Cells are parted by a comma, semicolon or tab, as the
 * first line shows; other columns are passed over.
 *
 * @throws Refusal 'malformed' for what is no CSV, 'invalid' when no column holds numbers or there are too many rows
 */
export async function parseCsv(text: string): Promise<ImportRow[]> {
  const [first = ''] = text.split(/\r?\n/, 1)
  const records = await recordsOf(text, separatorOf(first))
  const [head = []] = records
  const names = head.map((cell) => cell.trim().toLowerCase())
  const column = names.findIndex((name) => name === 'phone_number' || headings.includes(name))
  if (column === -1 && !(head.length === 1 && /\d{5}/.test(head[0] ?? ''))) {
    throw invalid('no_phone_column', 'The first line must name its columns, one of them phone_number.', [
      { pointer: '', detail: 'no column phone_number' },
    ])
  }
  const cell = (record: string[], name: string) => record[names.indexOf(name)]?.trim()
  if (column === -1) return records.map(([phone_number = '']) => ({ phone_number }))
  return records.slice(1).map((record) => ({
    phone_number: record[column]?.trim() ?? '',
    reason: cell(record, 'reason'),
    note: unescapeFormula(cell(record, 'note') ?? ''),
    expires_at: cell(record, 'expires_at'),
  }))
}

const separatorOf = (line: string): string =>
  [',', ';', '\t'].reduce((best, one) => (line.split(one).length > line.split(best).length ? one : best))

async function recordsOf(text: string, delimiter: string): Promise<string[][]> {
  const records: string[][] = []
  const parser = parse({ bom: true, delimiter, relax_column_count: true, skip_empty_lines: true })
  parser.end(text)
  try {
    for await (const record of parser) {
      records.push(record as string[])
      if (records.length > maxRows + 1) throw tooMany()
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) throw error
    // The library's own message repeats the line, and with it the number.
    const line = 'lines' in error ? ` near line ${String(error.lines)}` : ''
    throw malformed('invalid_csv', `This is not CSV${line}: see to its quotes.`)
  }
  return records
}

const tooMany = () =>
  invalid('too_many_rows', `A list has at most ${maxRows.toLocaleString('en')} rows: send it in parts.`)
