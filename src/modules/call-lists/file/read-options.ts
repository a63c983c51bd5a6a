import type { CountryCode } from 'libphonenumber-js/max'
import type { MappingInput } from './column-mapping.ts'
import type { Format } from './detect-format.ts'
import type { Encoding } from './encoding.ts'

export interface ReadOptions {
  /** ISO 3166 country of phone numbers without a country code. */
  country: CountryCode | undefined
  /** Time zone of a next_attempt_at without an offset, in rows that have no time zone. */
  timezone: string
  mapping: MappingInput
  /** Undefined: detected. */
  encoding: Encoding | undefined
  /** Undefined: detected. */
  delimiter: string | undefined
  /** Columns that the file must have, because the skillbase uses them as variables. */
  requiredColumns: readonly string[]
}

/** How the file was read. */
export interface Reading {
  format: Format
  encoding?: string | undefined
  delimiter?: string | undefined
  /** Names of the columns, from left to right. */
  columns: string[]
  /** Column name to contact field, contact_data.<key>, or null for a column that is ignored. */
  mapping: Record<string, string | null>
}

/** Maximum number of rows of a file, without the header. */
export const maxRows = 2_000_000
/** The header must be one of the first 10 rows: there may be a title above it. */
export const headerSearchRows = 10
