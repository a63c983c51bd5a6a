import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { readCompany } from '../../../db/transaction.ts'
import type { Carrier } from '../../../telephony/carrier.ts'

/** How many carriers are asked at once. */
const atOnce = 20

/**
 * Has the carrier end every live call of a campaign. Their ends come in as events, like any other. Answers how many the
 * carrier could not be asked for: those end by themselves.
 */
export async function hangUpCalls(db: Db, carrier: Carrier, company_id: string, id: string): Promise<number> {
  const live = await readCompany(db, company_id, (tx) =>
    tx.execute<{ call_id: string }>(sql`
      select call_id from leases where company_id = ${company_id}::uuid and campaign_id = ${id}::uuid and is_live`),
  )
  let unasked = 0
  const line = live.map(({ call_id }) => call_id)
  const hangUp = async () => {
    for (let call_id = line.pop(); call_id !== undefined; call_id = line.pop()) {
      if (!(await carrier.hangUp({ company_id, call_id }))) unasked++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, hangUp))
  return unasked
}
