import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import type { Outcome } from '../../../db/schema/index.ts'
import { asOwner } from '../../../db/transaction.ts'
import { recordOutcome } from '../../calls/index.ts'
import { type NewSuppression, suppress } from '../../suppressions/index.ts'
import { outcomeWithoutReport } from './settle.ts'

/** Test calls per transaction. */
const batchSize = 50

interface EndedTestCall extends Record<string, unknown> {
  company_id: string
  call_id: string
  phone_number: string
  is_unreported: boolean
  is_reached: boolean
  outcome: Outcome | null
  is_opt_out: boolean
}

/**
 * Settles test calls that have ended: derives a missing outcome, deletes the lease, and suppresses the number of a
 * contact who opted out or blocked the call. Returns the number of calls settled.
 */
export async function settleTestCallsStep(db: Db, now: Date): Promise<number> {
  const companies = await db.orm.execute<{ company_id: string }>(sql`
    select distinct company_id from leases
    where campaign_id is null and not is_live and settle_at <= ${now.toISOString()}::timestamptz limit ${batchSize}`)
  let settled = 0
  for (const { company_id } of companies) settled += await settleCompany(db, company_id, now)
  return settled
}

const settleCompany = (db: Db, company_id: string, now: Date): Promise<number> =>
  asOwner(
    db,
    company_id,
    async (tx) => {
      const ended = await tx.execute<EndedTestCall>(sql`
      select l.company_id, l.call_id, l.phone_number, l.is_unreported, c.outcome,
        (c.turn_count > 0 or c.status = 'completed') as is_reached,
        coalesce(c.collected_data->>'opt_out' = 'true', false) as is_opt_out
      from leases l join calls c on c.company_id = l.company_id and c.id = l.call_id
      where l.company_id = ${company_id}::uuid and l.campaign_id is null and not l.is_live
        and l.settle_at <= ${now.toISOString()}::timestamptz
      order by l.call_id limit ${batchSize} for update skip locked`)
      const suppressions: NewSuppression[] = []
      for (const call of ended) {
        const { call_id, phone_number, is_opt_out } = call
        const outcome = call.outcome ?? (call.is_unreported ? outcomeWithoutReport(call) : null)
        if (outcome !== call.outcome) await recordOutcome(tx, call_id, outcome, { is_classified: true })
        await tx.execute(sql`
        delete from leases where company_id = ${company_id}::uuid and call_id = ${call_id}::uuid`)
        if (!is_opt_out && outcome !== 'blocked') continue
        const reason = is_opt_out ? 'opt_out' : 'blocked'
        suppressions.push({ company_id, phone_number, call_id, source: 'call', reason })
      }
      await suppress(tx, suppressions, now)
      return ended.length
    },
    { plans: 'fresh' },
  )
