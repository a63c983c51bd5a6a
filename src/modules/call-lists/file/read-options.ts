import type { CountryCode } from 'libphonenumber-js/max'
import type { MappingInput } from './column-mapping.ts'
import type { Format } from './detect-format.ts'
import type { Encoding } from './encoding.ts'

export interface ReadOptions {
  country: CountryCode | undefined
  /** The zone of times that name none. */
  timezone: string
  mapping: MappingInput
  encoding: Encoding | undefined
  delimiter: string | undefined
  /** Columns that must be there: the skillbase speaks of them. */
  requiredColumns: readonly string[]
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
export const maxRows = 2_000_000
/** A heading stands within the first rows, below a title perhaps. */
export const headerSearchRows = 10
