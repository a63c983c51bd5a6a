import { and, eq } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { leases } from '../../../db/schema/index.ts'
import { readCompany } from '../../../db/transaction.ts'
import type { Carrier } from '../../../telephony/carrier.ts'

/** Hang-up requests in flight at the same time. */
const concurrency = 20

/**
 * Asks the carrier to end every live call of a campaign. The calls end when the carrier's events arrive. Returns the number
 * of calls for which the carrier could not be asked: those continue until they end normally.
 */
export async function hangUpCalls(db: Db, carrier: Carrier, company_id: string, id: string): Promise<number> {
  const live = await readCompany(db, company_id, (tx) =>
    tx
      .select({ call_id: leases.call_id })
      .from(leases)
      .where(and(eq(leases.company_id, company_id), eq(leases.campaign_id, id), leases.is_live)),
  )
  let failed = 0
  const queue = live.map(({ call_id }) => call_id)
  const hangUpQueued = async () => {
    for (let call_id = queue.pop(); call_id !== undefined; call_id = queue.pop()) {
      if (!(await carrier.hangUp({ company_id, call_id }))) failed++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, hangUpQueued))
  return failed
}
