import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { timestamptz, uuid } from '../../db/query/parameters.ts'
import { imports } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { isSuppressionActive } from '../suppressions/index.ts'
import { countDuplicates, countTooLarge, emitImportEvent } from './import-progress.ts'
import { type Import, isImport } from './imports.ts'
import {
  mayMergeData,
  neverCompareAllRows,
  rejectedAsDuplicate,
  rejectedAsTooLarge,
} from './merge-queries.ts'
import { countSuppressionRows } from './suppression-lists/merge-suppressions.ts'

/**
 * Counts the staged rows of an import by the result that a merge would have. Indexes: import_rows_pkey,
 * suppressions_phone_identity_key and call_tasks_phone_identity_key.
 */
const countResults = defineCompanyQuery({
  name: 'call_lists.count_results',
  params: { import_id: uuid, campaign_id: uuid, now: timestamptz },
  row: { valid: Type.Integer(), created: Type.Integer(), suppressed: Type.Integer() },
  sql: (p) => sql`
    with telephones as materialized (
      select phone_identity(phone_number) as phone_identity, count(*)::int as rows from import_rows
      where company_id = ${p.company_id} and import_id = ${p.import_id} and code is null
      group by 1
    )
    select coalesce(sum(rows), 0)::int as valid,
      coalesce(sum(rows) filter (where s.phone_identity is not null), 0)::int as suppressed,
      (count(*) filter (where s.phone_identity is null and t.id is null))::int as created
    from telephones n
    left join suppressions s on s.company_id = ${p.company_id} and s.phone_identity = n.phone_identity
      and ${isSuppressionActive(p.now)}
    left join call_tasks t on t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id}
      and t.phone_identity = n.phone_identity`,
})

/**
 * Rejects the valid rows that a merge with on_duplicate = reject would reject: those whose telephone the campaign or an earlier
 * row has. Indexes: as `countResults`.
 */
const rejectDuplicates = defineCompanyQuery({
  name: 'call_lists.reject_duplicates',
  params: { import_id: uuid, campaign_id: uuid, now: timestamptz },
  row: {},
  sql: (p) => sql`
    with duplicate_rows as materialized (
      select r.line from (
        select line, phone_identity(phone_number) as phone_identity,
          row_number() over (partition by phone_identity(phone_number) order by line) as occurrence
        from import_rows where company_id = ${p.company_id} and import_id = ${p.import_id} and code is null
      ) as r
      left join suppressions s on s.company_id = ${p.company_id} and s.phone_identity = r.phone_identity
        and ${isSuppressionActive(p.now)}
      left join call_tasks t on t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id}
        and t.phone_identity = r.phone_identity
      where s.phone_identity is null and (r.occurrence > 1 or t.id is not null)
    )
    update import_rows i set ${rejectedAsDuplicate}
    from duplicate_rows d
    where i.company_id = ${p.company_id} and i.import_id = ${p.import_id} and i.line = d.line`,
})

/**
 * Rejects the valid rows that a merge with on_duplicate = update would reject: of the rows with a telephone that the campaign has, the
 * last one is used, and contact_data would become too large with it. Indexes: as `countResults`.
 */
const rejectTooLarge = defineCompanyQuery({
  name: 'call_lists.reject_too_large',
  params: { import_id: uuid, campaign_id: uuid, now: timestamptz },
  row: { line: Type.Integer() },
  sql: (p) => sql`
    with used_rows as materialized (
      select distinct on (phone_identity) * from (
        select line, phone_identity(phone_number) as phone_identity, coalesce(contact_data, '{}') as contact_data
        from import_rows where company_id = ${p.company_id} and import_id = ${p.import_id} and code is null
      ) as r
      order by phone_identity, line desc
    ),
    too_large_rows as materialized (
      select r.line from used_rows r
      join call_tasks t on t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id}
        and t.phone_identity = r.phone_identity
      left join suppressions s on s.company_id = ${p.company_id} and s.phone_identity = r.phone_identity
        and ${isSuppressionActive(p.now)}
      where s.phone_identity is null and not ${mayMergeData(sql`r`)}
    )
    update import_rows i set ${rejectedAsTooLarge}
    from too_large_rows d
    where i.company_id = ${p.company_id} and i.import_id = ${p.import_id} and i.line = d.line
    returning i.line`,
})

/**
 * Counts the results that a merge of the staged rows would have. Completes the import without changing the campaign or the
 * suppressions.
 */
export async function dryRunImport(tx: Tx, current: Import, now: Date): Promise<Import> {
  const { id, campaign_id } = current
  const counts =
    campaign_id === null
      ? await countSuppressionRows(tx, id)
      : await dryRunCallList(tx, current, campaign_id, now)
  const [updated] = await tx
    .update(imports)
    .set({ ...counts, status: 'completed', finished_at: now })
    .where(isImport(tx, id))
    .returning()
  if (updated === undefined) throw new Error('the import was deleted during its dry run')
  emitImportEvent(tx, 'import.completed', updated)
  return updated
}

async function dryRunCallList(
  tx: Tx,
  current: Import,
  campaign_id: string,
  now: Date,
): Promise<Partial<Import>> {
  await neverCompareAllRows(tx)
  const params = { import_id: current.id, campaign_id, now }
  const [counts] = await countResults(tx, params)
  const { valid = 0, created = 0, suppressed = 0 } = counts ?? {}
  if (current.on_duplicate === 'reject') await rejectDuplicates(tx, params)
  const tooLarge = current.on_duplicate === 'update' ? (await rejectTooLarge(tx, params)).length : 0
  return {
    ...countDuplicates(current, valid - created - suppressed - tooLarge),
    ...(tooLarge > 0 && countTooLarge(current, tooLarge)),
    created,
    suppressed,
  }
}
