import type { CountryCode } from 'libphonenumber-js/max'
import type { SuppressionReason } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { malformed } from '../../../lib/errors.ts'
import type { RowErrorCode } from '../../../lib/list-error-codes.ts'
import { describeRejection, parsePhone } from '../../../lib/phone.ts'
import { type NewSuppression, suppress } from '../../suppressions/index.ts'
import { RowError } from '../file/field-values.ts'
import { parseExpiry, parseNote, parseReason } from './suppression-values.ts'

/** One row of a JSON body, before it is checked. */
interface ImportRow {
  phone_number: string
  reason?: string | undefined
  note?: string | null | undefined
  expires_at?: string | null | undefined
}

interface ImportResult {
  status: 'completed'
  is_dry_run: false
  total: number
  /** Numbers that were not suppressed before. */
  created: number
  /** Numbers whose suppression now expires later. */
  extended: number
  /** Numbers that were already suppressed at least as long, or that occur twice in the list. */
  unchanged: number
  rejected_total: number
  /** All rejected rows; index starts at 0. */
  rejected: { index: number; field: string; code: RowErrorCode; detail: string }[]
  /** Number of rejected rows per code. */
  refusals: Record<string, number>
}

/** Maximum number of rows in a JSON body. */
export const maxRows = 50_000
/** Rows are checked and written in batches, so that other requests can run in between. */
const batchSize = 1_000

interface ImportOptions {
  /** The reason of rows without one. Default: do_not_call. */
  reason?: SuppressionReason | undefined
  /** ISO 3166 country of numbers without a country code. */
  default_country?: string | undefined
}

/** Suppresses a list of numbers in the caller's transaction. Invalid rows are reported; the others are imported. */
export async function importSuppressions(
  tx: Tx,
  rows: readonly ImportRow[],
  options: ImportOptions,
  now: Date,
): Promise<ImportResult> {
  const result: ImportResult = {
    status: 'completed',
    is_dry_run: false,
    total: rows.length,
    created: 0,
    extended: 0,
    unchanged: 0,
    rejected_total: 0,
    rejected: [],
    refusals: {},
  }
  for (let from = 0; from < rows.length; from += batchSize) {
    const accepted: NewSuppression[] = []
    for (const [i, row] of rows.slice(from, from + batchSize).entries()) {
      try {
        accepted.push({ ...parseRow(row, options, now), company_id: tx.company_id, source: 'import' })
      } catch (error) {
        if (!(error instanceof RowError)) throw error
        const { code, message: detail } = error
        result.rejected_total++
        result.rejected.push({ index: from + i, field: fieldOfCode[code] ?? 'phone_number', code, detail })
        result.refusals[code] = (result.refusals[code] ?? 0) + 1
      }
    }
    const { created, extended } = await suppress(tx, accepted, now)
    result.created += created
    result.extended += extended
    result.unchanged += accepted.length - created - extended
  }
  return result
}

/** @throws RowError */
function parseRow(row: ImportRow, { reason = 'do_not_call', default_country }: ImportOptions, now: Date) {
  const phone = parsePhone(row.phone_number, default_country as CountryCode | undefined)
  if (!phone.ok) throw new RowError(phone.code, describeRejection('phone_number', phone))
  return {
    phone_number: phone.number,
    reason: parseReason(row.reason) ?? reason,
    expires_at: dateOf(parseExpiry(row.expires_at, now, undefined)),
    note: parseNote(row.note),
  }
}

const dateOf = (instant: string | null) => (instant === null ? null : new Date(instant))

/** The field of a row that a code is about. */
const fieldOfCode: Partial<Record<RowErrorCode, string>> = {
  unknown_reason: 'reason',
  invalid_time: 'expires_at',
  already_expired: 'expires_at',
  too_long: 'note',
}

/** Options for files have no meaning for a JSON body. @throws Refusal 'malformed' when there is one */
export function assertJsonQuery(query: object): void {
  const names = Object.keys(query).filter((name) => name !== 'default_country' && name !== 'reason')
  if (names.length === 0) return
  throw malformed(
    'invalid_form',
    'Options of the query are for files only. For a JSON body send default_country and reason.',
    names.map((name) => ({ pointer: `/${name}`, detail: `${name} is for files only.` })),
  )
}
