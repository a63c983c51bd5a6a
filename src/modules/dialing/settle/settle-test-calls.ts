import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import type { Outcome } from '../../../db/schema/index.ts'
import { withQueuePlans } from '../../../db/transaction.ts'
import { recordOutcome } from '../../calls/index.ts'
import { suppress } from '../../suppressions/index.ts'
import { outcomeWithoutReport } from './settle.ts'

/** Test calls that are settled in one transaction at most. */
const batch = 50

interface Ended extends Record<string, unknown> {
  company_id: string
  call_id: string
  phone_number: string
  is_unreported: boolean
  is_reached: boolean
  outcome: Outcome | null
  is_opt_out: boolean
}

/** Lets go of test calls that have ended: of no contact is to be decided, and who said no is not called again. Answers how many. */
export async function settleTestCallsStep(db: Db, now: Date): Promise<number> {
  const due = await db.orm.execute<{ company_id: string }>(sql`
    select distinct company_id from leases
    where campaign_id is null and not is_live and settle_at <= ${now.toISOString()}::timestamptz limit ${batch}`)
  let settled = 0
  for (const { company_id } of due) settled += await settleOf(db, company_id, now)
  return settled
}

const settleOf = (db: Db, company_id: string, now: Date): Promise<number> =>
  withQueuePlans(db, company_id, async (tx) => {
    const ended = await tx.execute<Ended>(sql`
      select l.company_id, l.call_id, l.phone_number, l.is_unreported, c.outcome,
        (c.turn_count > 0 or c.status = 'completed') as is_reached,
        coalesce(c.collected_data->>'opt_out' = 'true', false) as is_opt_out
      from leases l join calls c on c.company_id = l.company_id and c.id = l.call_id
      where l.company_id = ${company_id}::uuid and l.campaign_id is null and not l.is_live
        and l.settle_at <= ${now.toISOString()}::timestamptz
      order by l.call_id limit ${batch} for update skip locked`)
    for (const one of ended) {
      const outcome = one.outcome ?? (one.is_unreported ? outcomeWithoutReport(one) : null)
      if (outcome !== one.outcome) await recordOutcome(tx, one.call_id, outcome, { is_classified: true })
      await tx.execute(sql`
        delete from leases where company_id = ${company_id}::uuid and call_id = ${one.call_id}::uuid`)
    }
    const suppressed = ended.flatMap(({ phone_number, call_id, is_opt_out, outcome }) =>
      is_opt_out || outcome === 'blocked'
        ? [
            {
              ...{ company_id, phone_number, call_id, source: 'call' as const },
              reason: is_opt_out ? ('opt_out' as const) : ('blocked' as const),
            },
          ]
        : [],
    )
    await suppress(tx, suppressed, now)
    return ended.length
  })
