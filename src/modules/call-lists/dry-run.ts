import { sql } from 'drizzle-orm'
import { imports } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { isSuppressionActive } from '../suppressions/index.ts'
import { emitImportEvent, type Import, isImport } from './imports.ts'

/** Counts the results that a merge of the staged rows would have. Completes the import without changing the campaign. */
export async function dryRunImport(tx: Tx, current: Import, now: Date): Promise<Import> {
  const { campaign_id, on_duplicate } = current
  const [counts] = await tx.execute<{ valid: number; created: number; suppressed: number }>(sql`
    with numbers as materialized (
      select phone_number, count(*)::int as rows from import_rows
      where company_id = ${tx.company_id}::uuid and import_id = ${current.id}::uuid and code is null
      group by phone_number
    )
    select coalesce(sum(rows), 0)::int as valid,
      coalesce(sum(rows) filter (where s.phone_number is not null), 0)::int as suppressed,
      (count(*) filter (where s.phone_number is null and t.id is null))::int as created
    from numbers n
    left join suppressions s on s.company_id = ${tx.company_id}::uuid and s.phone_number = n.phone_number
      and ${isSuppressionActive(sql`${now.toISOString()}::timestamptz`)}
    left join call_tasks t on t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${campaign_id}::uuid
      and t.phone_number = n.phone_number`)
  const { valid = 0, created = 0, suppressed = 0 } = counts ?? {}
  const duplicates = valid - created - suppressed
  const rejectedDuplicates = on_duplicate === 'reject' ? duplicates : 0
  const [updated] = await tx
    .update(imports)
    .set({
      status: 'completed',
      created,
      suppressed,
      rejected: current.rejected + rejectedDuplicates,
      updated: on_duplicate === 'update' ? duplicates : 0,
      skipped: on_duplicate === 'skip' ? duplicates : 0,
      ...(rejectedDuplicates > 0 && { refusals: { ...current.refusals, duplicate: rejectedDuplicates } }),
      finished_at: now,
    })
    .where(isImport(tx, current.id))
    .returning()
  if (updated === undefined) throw new Error('the import was deleted during its dry run')
  emitImportEvent(tx, 'import.completed', updated)
  return updated
}
