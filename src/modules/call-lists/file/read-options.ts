import type { CountryCode } from 'libphonenumber-js/max'
import type { SuppressionReason } from '../../../db/schema/index.ts'
import type { PhoneInference, PhoneReadOptions } from '../../../lib/phone.ts'
import type { ZoneSettings } from '../../../lib/time/dial-timezone.ts'
import type { ColumnSource, EarlierColumns, MappingInput } from './column-mapping.ts'
import type { Format } from './detect-format.ts'
import type { Encoding } from './encoding.ts'

export interface ReadOptions extends ZoneSettings {
  /** ISO 3166 country of phone numbers without a country code. */
  country: CountryCode | undefined
  /** To which times such as `tomorrow 10:00` refer. An expires_at before it is rejected. */
  now: Date
  mapping: MappingInput
  /** A WHATWG label. Undefined: detected. */
  encoding: Encoding | undefined
  /** Undefined: detected. */
  delimiter: string | undefined
  /** Name of the sheet of a workbook. Undefined: the first visible one. */
  sheet?: string | undefined
  /** Whether rows that are hidden in a workbook, for example by a filter, are read. Default: they are skipped. */
  hiddenRows?: 'skip' | 'take' | undefined
  /** How digits are read that are valid as a number of the country and as an international one. Undefined: rejected. */
  withoutPlus?: PhoneReadOptions['withoutPlus']
  /** Time zone of a next_attempt_at without an offset, in rows without a zone. Undefined: the zone of the contact. */
  timesTimezone?: string | undefined
  /** Columns that the file must have, because the skillbase uses them as variables. */
  requiredColumns: readonly string[]
  /** How earlier files of the campaign were read, the latest first: an export of their rejected rows is read as they were. */
  earlier?: readonly EarlierColumns[] | undefined
  /** How a suppression list is read. Undefined: the file is a call list. */
  suppressions?: SuppressionOptions | undefined
}

export interface SuppressionOptions {
  /** The reason of rows without one. */
  reason: SuppressionReason
  /** Time zone of an expires_at without an offset. Undefined: it is rejected. */
  timezone: string | undefined
  ambiguousNumbers: AmbiguousNumbersRule
}

/** What happens to a cell of a suppression list that can be read as several numbers. */
export const ambiguousNumbersRules = ['reject', 'suppress_all_readings'] as const
export type AmbiguousNumbersRule = (typeof ambiguousNumbersRules)[number]

/** How the file was read. Every line that is not blank is the heading, above it, hidden or a row of the import. */
export interface Reading {
  format: Format
  encoding?: string | undefined
  encoding_source?: EncodingSource | undefined
  delimiter?: string | undefined
  delimiter_source?: DelimiterSource | undefined
  /** Name of the sheet that was read, and of all sheets of the workbook. */
  sheet?: string | undefined
  sheets?: string[] | undefined
  /** Rows that are hidden in the sheet, and whether they were read. */
  hidden_rows?: { count: number; taken: boolean } | undefined
  /** The line of the heading; null when the file has none. */
  heading_line?: number | null
  /** How the heading was found; null when the file has none. */
  heading_source?: HeadingSource | null
  /** Lines above the heading, which are no rows of the import, and their text. */
  lines_above_heading?: number
  text_above_heading?: string[]
  /** Columns with phone numbers in the order in which they are tried: the first valid number is the contact's. */
  phones?: string[]
  /** Columns whose name stands for a field that their contents do not fit, with that field. */
  unfit_columns?: Record<string, string>
  /** Names of the columns, from left to right. */
  columns: string[]
  /** Column name to contact field, contact_data.<key>, or null for a column that is ignored. */
  mapping: Record<string, string | null>
  /** Why a column fills a field or holds phone numbers: by the mapping of the request, by its name or by its contents. */
  column_sources?: Record<string, ColumnSource>
  /** The country of numbers without a calling code; null: such numbers are rejected. */
  default_country?: string | null
  /** How ambiguous digits without a plus sign are read; null: their rows are rejected. */
  numbers_without_plus?: string | null
  /** Number of valid rows by how their number was read. */
  phone_notes?: Partial<Record<PhoneNote, number>>
  /** Number of valid rows by the source of their time zone. */
  timezone_sources?: Record<string, number>
}

/**
 * How a number was read: what was inferred, whether it has an extension, and whether the row has further numbers.
 * `all_readings`: each number that an ambiguous cell of a suppression list can mean is suppressed.
 */
export type PhoneNote = PhoneInference | 'extension' | 'further_number' | 'all_readings'

/** Why an encoding was chosen. `letters`: the text looks most like names of the languages that use the encoding. */
export type EncodingSource =
  | 'request'
  | 'byte_order_mark'
  | 'zero_bytes'
  | 'only_ascii'
  | 'valid_utf8'
  | 'letters'
export type DelimiterSource = 'request' | 'sep_line' | 'rejected_export' | 'frequency'
export type HeadingSource = 'names' | 'contents' | 'keys'

/** The header must be one of the first 10 rows: there may be a title above it. */
export const headerSearchRows = 10
/** Heading and columns are detected from this many rows. */
export const sampleRows = 100
