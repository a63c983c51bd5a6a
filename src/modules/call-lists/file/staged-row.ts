import type { StoredCells } from '../../../db/schema/index.ts'
import { jsonBytes, maxJsonBytes } from '../../../lib/schema/json-size.ts'
import { isStorableJson } from '../../../lib/text.ts'
import type { ContactRow } from './rows.ts'

/** The fields of a row that are stored. */
export type StagedRow = Omit<ContactRow, 'phone_notes'>

export interface StagingOptions {
  /** Keep the cells of valid rows too, because the merge may reject them. */
  keepsCells: boolean
  /** Keep contact_data of rejected rows too: those of a suppression list may have numbers to suppress. */
  keepsData: boolean
}

const maxContactDataBytes = maxJsonBytes.contact_data
/** A rejected row keeps this many cells. */
const maxStoredCells = 1_000

/**
 * A row as JSON, for `storeRows`. Cells are kept with rejected rows, so that they can be exported. A valid row with too much
 * contact_data becomes a rejected one.
 */
export function stagedRowJson(row: ContactRow, staging: StagingOptions): string {
  const json = rowJson(row, staging)
  // Of a shorter text even the bytes fit.
  if (row.code !== null || json.length * 3 <= maxContactDataBytes || staging.keepsData) return json
  const bytes = jsonBytes(row.contact_data)
  if (bytes <= maxContactDataBytes) return json
  row.code = 'contact_data_too_large'
  row.detail = `The values of the row take ${bytes.toLocaleString('en')} bytes with the names of their columns; at most ${maxContactDataBytes.toLocaleString('en')} are allowed. Map columns that you do not need to null.`
  return rowJson(row, staging)
}

function rowJson(row: ContactRow, { keepsCells, keepsData }: StagingOptions): string {
  const isValid = row.code === null
  // Not built with spreads, which would take four times as long. Undefined fields are not in the JSON and are stored as
  // null: most rows have few fields, and the server takes longer for each key.
  const staged = {
    line: row.line,
    phone_number: row.phone_number ?? undefined,
    phone_extension: row.phone_extension ?? undefined,
    further_numbers: row.further_numbers.length > 0 ? row.further_numbers : undefined,
    contact_name: (isValid && row.contact_name) || undefined,
    contact_data: isValid || keepsData ? row.contact_data : undefined,
    timezone: row.timezone ?? undefined,
    dial_timezone: row.dial_timezone ?? undefined,
    timezone_source: row.timezone_source ?? undefined,
    priority: row.priority ?? undefined,
    next_attempt_at: row.next_attempt_at ?? undefined,
    code: row.code ?? undefined,
    detail: row.detail ?? undefined,
    cells: isValid && !keepsCells ? undefined : storedCells(row.cells),
  } satisfies Record<keyof StagedRow, unknown>
  const json = JSON.stringify(staged)
  if (isStorableJson(json)) return json
  return storableJson(JSON.stringify({ ...staged, cells: staged.cells && encodedCells(staged.cells) }))
}

/** The cells that are stored. A row has more only when it is far wider than any that is accepted. */
const storedCells = (cells: readonly unknown[]): readonly unknown[] =>
  cells.length > maxStoredCells ? cells.slice(0, maxStoredCells) : cells

/** Cells in a form that PostgreSQL can store: as JSON texts if one contains NUL or half of a surrogate pair. */
const encodedCells = (cells: readonly unknown[]): StoredCells =>
  isStorableJson(JSON.stringify(cells)) ? cells : { json: cells.map((cell) => JSON.stringify(cell)) }

/** The cells of a stored row, as they were in the file. */
export const decodedCells = (stored: StoredCells | null): readonly unknown[] =>
  stored === null ? [] : 'json' in stored ? stored.json.map((cell) => JSON.parse(cell) as unknown) : stored

/** Escapes in JSON. Of the characters that PostgreSQL cannot store, JSON.stringify escapes each, and no other surrogates. */
const jsonEscapes = /\\(?:u0000|ud[89a-f][\da-f]{2}|.)/g

/** JSON text that PostgreSQL can store: NUL is replaced by the two characters \0, half of a surrogate pair by U+FFFD. */
export const storableJson = (json: string): string => json.replace(jsonEscapes, storableEscape)

const storableEscape = (text: string): string =>
  text === '\\u0000' ? '\\\\0' : text.startsWith('\\ud') ? '\ufffd' : text
