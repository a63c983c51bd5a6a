import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../../db/query/define-query.ts'
import { integer, uuid } from '../../../db/query/parameters.ts'
import type { Tx } from '../../../db/transaction.ts'
import { JsonObject, Nullable } from '../../../lib/schema/typebox.ts'
import { type NewSuppression, suppress } from '../../suppressions/index.ts'
import { maxChunkRows } from '../file/limits.ts'
import { endOfLines, isLastChunk, nextChunkEnd, saveMergeProgress } from '../import-progress.ts'
import type { Import } from '../imports.ts'
import { neverCompareAllRows } from '../merge-queries.ts'
import type { SuppressionData } from './suppression-row.ts'

/** Rows per transaction. */
const chunkSize = maxChunkRows.suppressions

/** The rows of a chunk. Rejected rows with a phone_number have numbers that are suppressed. Index: import_rows_pkey. */
const selectChunk = defineCompanyQuery({
  name: 'call_lists.select_suppression_rows',
  params: { import_id: uuid, line: integer, last_line: integer },
  row: {
    line: Type.Integer(),
    phone_number: Nullable(Type.String()),
    further_numbers: Nullable(
      Type.Array(Type.Object({ phone_number: Type.String(), phone_extension: Nullable(Type.String()) })),
    ),
    contact_data: Nullable(JsonObject),
  },
  sql: (p) => sql`
    select line, phone_number, further_numbers, contact_data from import_rows
    where company_id = ${p.company_id} and import_id = ${p.import_id} and line > ${p.line}
      and line <= ${p.last_line}
    order by line limit ${chunkSize}`,
})

/** The telephones of the rows after `line` up to `last_line`, each with the end of its suppression. */
const telephones = (p: Record<'company_id' | 'import_id' | 'line' | 'last_line', SQL>) => sql`
    telephones as (
      select r.line, r.code, phone_identity(n.phone_number) as phone_identity,
        coalesce((r.contact_data->>'expires_at')::timestamptz, 'infinity') as expires_at
      from import_rows r cross join lateral (
        select r.phone_number
        union all select further->>'phone_number' from jsonb_array_elements(r.further_numbers) as further
      ) as n
      where r.company_id = ${p.company_id} and r.import_id = ${p.import_id} and r.line > ${p.line}
        and r.line <= ${p.last_line} and r.phone_number is not null
    )`

/**
 * Counts the valid rows after `line` up to `last_line` by the result of suppressing their numbers in the order of the file.
 * `created`: a number of the row was not suppressed before. `extended`: one was suppressed, and now is for longer.
 * Index: import_rows_pkey, suppressions_phone_identity_key, by a lateral subquery as in merge-queries.ts.
 */
const countRows = defineCompanyQuery({
  name: 'call_lists.count_suppression_rows',
  params: { import_id: uuid, line: integer, last_line: integer },
  row: { valid: Type.Integer(), created: Type.Integer(), extended: Type.Integer() },
  sql: (p) => sql`
    with ${telephones(p)},
    in_order as (
      select t.*, max(expires_at) over (
        partition by phone_identity order by line rows between unbounded preceding and 1 preceding) as earlier_expiry
      from telephones t
    ),
    row_results as (
      select o.line, bool_or(s.id is null and o.earlier_expiry is null) as is_created,
        bool_or(o.expires_at > greatest(o.earlier_expiry, case when s.id is not null then coalesce(s.expires_at, 'infinity') end))
          as is_extended
      from in_order o
      left join lateral (
        select id, expires_at from suppressions
        where company_id = ${p.company_id} and phone_identity = o.phone_identity limit 1
      ) as s on true
      where o.code is null
      group by o.line
    )
    select count(*)::int as valid, (count(*) filter (where is_created))::int as created,
      (count(*) filter (where is_extended and not is_created))::int as extended
    from row_results`,
})

/** Deletes the valid rows after `line` up to `last_line`. Index: import_rows_pkey. */
const deleteValidRows = defineCompanyQuery({
  name: 'call_lists.delete_suppressed_rows',
  params: { import_id: uuid, line: integer, last_line: integer },
  row: {},
  sql: (p) => sql`
    delete from import_rows
    where company_id = ${p.company_id} and import_id = ${p.import_id} and line > ${p.line} and line <= ${p.last_line}
      and code is null`,
})

/** The results of the valid rows of a range, as counts of an import. */
async function countResults(
  tx: Tx,
  range: { import_id: string; line: number; last_line: number },
): Promise<Pick<Import, 'created' | 'updated' | 'skipped'>> {
  await neverCompareAllRows(tx)
  const [counts] = await countRows(tx, range)
  if (counts === undefined) throw new Error('the count of rows returned no row')
  const { valid, created, extended } = counts
  return { created, updated: extended, skipped: valid - created - extended }
}

/** The results that importing the staged rows of a suppression list would have. */
export const countSuppressionRows = (tx: Tx, import_id: string) =>
  countResults(tx, { import_id, line: 0, last_line: endOfLines })

/**
 * Suppresses the numbers of the next rows of a suppression list. Numbers and progress are written in one transaction, so
 * after a crash the next process continues at the first row that is not imported. Returns whether work is left.
 */
export async function mergeSuppressions(tx: Tx, current: Import, now: Date): Promise<boolean> {
  const { company_id, id: import_id, line } = current
  const chunkEnd = nextChunkEnd(current)
  const rows = await selectChunk(tx, { import_id, line, last_line: chunkEnd ?? endOfLines })
  const isDone = isLastChunk(current, rows.length, chunkSize)
  const last_line = chunkEnd ?? rows.at(-1)?.line ?? line
  const counts = await countResults(tx, { import_id, line, last_line })
  await suppress(
    tx,
    rows.flatMap((row) => suppressionsOf(company_id, row)),
    now,
  )
  await deleteValidRows(tx, { import_id, line, last_line })
  const progress = {
    line: last_line,
    created: current.created + counts.created,
    updated: current.updated + counts.updated,
    skipped: current.skipped + counts.skipped,
  }
  await saveMergeProgress(tx, import_id, isDone, progress, now)
  return !isDone
}

function suppressionsOf(
  company_id: string,
  { phone_number, further_numbers, contact_data }: RowOf<typeof selectChunk>,
): NewSuppression[] {
  if (phone_number === null) return []
  const { reason, note, expires_at } = contact_data as unknown as SuppressionData
  const others = (further_numbers ?? []).map((further) => further.phone_number)
  return [phone_number, ...others].map((number) => ({
    company_id,
    phone_number: number,
    reason,
    source: 'import',
    note,
    expires_at: expires_at === null ? null : new Date(expires_at),
  }))
}
