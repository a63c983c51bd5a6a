import { sql } from 'drizzle-orm'
import { imports } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { isSuppressionActive } from '../suppressions/index.ts'
import { emitImportEvent, type Import, isImport } from './imports.ts'

/** Counts what would become of the rows of an import, and ends it: nothing goes into the campaign. */
export async function dryRunImport(tx: Tx, present: Import, now: Date): Promise<Import> {
  const { campaign_id, on_duplicate } = present
  const [counts] = await tx.execute<{ good: number; created: number; suppressed: number }>(sql`
    with good as materialized (
      select phone_number, count(*)::int as rows from import_rows
      where company_id = ${tx.company_id}::uuid and import_id = ${present.id}::uuid and code is null group by phone_number
    )
    select coalesce(sum(rows), 0)::int as good,
      coalesce(sum(rows) filter (where s.phone_number is not null), 0)::int as suppressed,
      (count(*) filter (where s.phone_number is null and t.id is null))::int as created
    from good g
    left join suppressions s on s.company_id = ${tx.company_id}::uuid and s.phone_number = g.phone_number
      and ${isSuppressionActive(sql`${now.toISOString()}::timestamptz`)}
    left join call_tasks t on t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${campaign_id}::uuid
      and t.phone_number = g.phone_number`)
  const { good = 0, created = 0, suppressed = 0 } = counts ?? {}
  const others = good - created - suppressed
  const rejected = present.rejected + (on_duplicate === 'reject' ? others : 0)
  const [after] = await tx
    .update(imports)
    .set({
      ...{ status: 'completed', created, suppressed, rejected, finished_at: now },
      updated: on_duplicate === 'update' ? others : 0,
      skipped: on_duplicate === 'skip' ? others : 0,
      ...(on_duplicate === 'reject' &&
        others > 0 && { refusals: { ...present.refusals, duplicate: others } }),
    })
    .where(isImport(tx, present.id))
    .returning()
  if (after === undefined) throw new Error('the import is gone')
  emitImportEvent(tx, 'import.completed', after)
  return after
}
