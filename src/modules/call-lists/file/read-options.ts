import type { CountryCode } from 'libphonenumber-js/max'
import type { PhoneReadOptions } from '../../../lib/phone.ts'
import type { ZoneSettings } from '../../../lib/time/dial-timezone.ts'
import type { MappingInput } from './column-mapping.ts'
import type { Format } from './detect-format.ts'
import type { Encoding } from './encoding.ts'

export interface ReadOptions extends ZoneSettings {
  /** ISO 3166 country of phone numbers without a country code. */
  country: CountryCode | undefined
  /** To which times such as `tomorrow 10:00` refer. */
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
  /** Columns that the file must have, because the skillbase uses them as variables. */
  requiredColumns: readonly string[]
}

/** How the file was read. Every line that is not blank is the heading, above it, hidden or a row of the import. */
export interface Reading {
  format: Format
  encoding?: string | undefined
  delimiter?: string | undefined
  /** Name of the sheet that was read, and of all sheets of the workbook. */
  sheet?: string | undefined
  sheets?: string[] | undefined
  /** Rows that are hidden in the sheet, and whether they were read. */
  hidden_rows?: { count: number; taken: boolean } | undefined
  /** The line of the heading; null when the file has none. */
  heading_line?: number | null
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
}

/** Maximum number of rows of a file, without the header. */
export const maxRows = 2_000_000
/** The header must be one of the first 10 rows: there may be a title above it. */
export const headerSearchRows = 10
/** Heading and columns are detected from this many rows. */
export const sampleRows = 100
