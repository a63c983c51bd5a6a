import type { CountryCode } from 'libphonenumber-js/max'
import type { Mapping } from './columns.ts'
import type { Encoding } from './encoding.ts'
import type { Format } from './table.ts'

export interface ReadOptions {
  country: CountryCode | undefined
  /** The zone of times that name none. */
  timezone: string
  mapping: Mapping
  encoding: Encoding | undefined
  delimiter: string | undefined
  /** Columns that must be there: the skillbase speaks of them. */
  wanted: readonly string[]
}

/** How the file was understood. */
export interface Reading {
  format: Format
  encoding?: string | undefined
  delimiter?: string | undefined
  /** The columns, from left to right. */
  columns: string[]
  /** Column -> field, contact_data.<key>, or null where it is left out. */
  mapping: Record<string, string | null>
}

/** Rows at most, of data. */
export const mostRows = 2_000_000
/** A heading stands within the first rows, below a title perhaps. */
export const headingRows = 10
