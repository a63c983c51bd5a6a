import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import {
  boolean,
  encodedRecordset,
  integer,
  jsonb,
  text,
  timestamptz,
  uuid,
} from '../../db/query/parameters.ts'
import type { StagedRow } from './file/staged-row.ts'

/** Columns of a staged row, as `stagedRowJson` writes them. */
const stagedColumns = {
  line: integer,
  phone_number: text,
  phone_extension: text,
  further_numbers: jsonb,
  contact_name: text,
  contact_data: jsonb,
  timezone: text,
  dial_timezone: text,
  timezone_source: text,
  priority: integer,
  next_attempt_at: timestamptz,
  code: text,
  detail: text,
  cells: jsonb,
} satisfies Record<keyof StagedRow, unknown>

const columnNames = sql.raw(Object.keys(stagedColumns).join(', '))

/** Stores a batch of rows. Not COPY, which the server refuses under row-level security and which is not faster here. */
export const storeRows = defineCompanyQuery({
  name: 'call_lists.store_rows',
  params: { import_id: uuid, rows: encodedRecordset('r', stagedColumns) },
  row: {},
  sql: (p) => sql`
    insert into import_rows (company_id, import_id, ${columnNames})
    select ${p.company_id}, ${p.import_id}, ${columnNames} from ${p.rows}`,
})

/**
 * Deletes the rows of an import before a line; without `with_rejected` only the valid ones. Returns whether there are rows
 * from that line on. Index: import_rows_pkey.
 */
export const deleteRowsBefore = defineCompanyQuery({
  name: 'call_lists.delete_rows_before',
  params: { import_id: uuid, line: integer, with_rejected: boolean },
  row: { has_more: Type.Boolean() },
  sql: (p) => sql`
    with deleted_rows as (
      delete from import_rows
      where company_id = ${p.company_id} and import_id = ${p.import_id} and line < ${p.line}
        and (${p.with_rejected} or code is null)
    )
    select exists (
      select from import_rows
      where company_id = ${p.company_id} and import_id = ${p.import_id} and line >= ${p.line}) as has_more`,
})
