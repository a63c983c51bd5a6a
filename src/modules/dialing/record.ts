import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { asOwner } from '../../db/transaction.ts'
import type { CarrierEvent, DialAnswer } from '../../telephony/carrier.ts'
import { pauseByBreaker } from '../campaigns/index.ts'
import type { Claimed } from './claim.ts'
import { takeCarrierEvents } from './events.ts'

/** After an ambiguous answer the carrier is asked soon what became of it, ms. */
const askSoonMs = 3_000
/** Beyond ring_timeout_sec, how long a carrier may take to say that it rang out, ms. */
const ringMarginMs = 15_000

export interface Answered {
  call: Claimed
  answer: DialAnswer
}

/** ended_reason of an attempt that the carrier was never asked for, or is sure not to have placed. */
export const notDialed = 'not_dialed'

/** Writes down what the carrier answered: what is over is ended, what is open is asked about when its lease runs out. */
export async function recordAnswers(db: Db, answered: readonly Answered[], now: Date): Promise<void> {
  const over = answered.flatMap(({ call, answer }) => endOf(call, answer, now))
  if (over.length > 0) await takeCarrierEvents(db, over, now)
  const open = answered.flatMap(({ call, answer }) => watchOf(call, answer, now))
  if (open.length > 0) {
    await db.orm.execute(sql`
      update leases l set lease_until = w.until
      from json_to_recordset(${JSON.stringify(open)}::text::json) as w(company_id uuid, call_id uuid, until timestamptz)
      where l.company_id = w.company_id and l.call_id = w.call_id and l.is_live`)
  }
  await haltCampaigns(db, answered, now)
}

function endOf({ company_id, call_id }: Claimed, answer: DialAnswer, now: Date): CarrierEvent[] {
  const ended = { company_id, call_id, type: 'ended' as const, at: now }
  if (answer.kind === 'withheld') return [{ ...ended, outcome: 'cancelled', ended_reason: notDialed }]
  if (answer.kind !== 'ended' && answer.kind !== 'refused') return []
  return [{ ...ended, outcome: answer.outcome, ended_reason: answer.ended_reason }]
}

function watchOf({ company_id, call_id, ring_timeout_sec }: Claimed, { kind }: DialAnswer, now: Date) {
  if (kind !== 'accepted' && kind !== 'ambiguous') return []
  const ms = kind === 'accepted' ? ring_timeout_sec * 1000 + ringMarginMs : askSoonMs
  return [{ company_id, call_id, until: new Date(now.getTime() + ms).toISOString() }]
}

/** A fault that every call would meet, as a trunk that is not there: its campaigns stop, before their lists are burned. */
async function haltCampaigns(db: Db, answered: readonly Answered[], now: Date): Promise<void> {
  const halted = new Map<string, { company_id: string; campaign_id: string; why: string }>()
  for (const { call, answer } of answered) {
    const { company_id, campaign_id } = call
    if (campaign_id === null || answer.kind !== 'refused' || answer.halts === undefined) continue
    halted.set(campaign_id, { company_id, campaign_id, why: answer.halts })
  }
  for (const { company_id, campaign_id, why } of halted.values()) {
    await asOwner(db, company_id, (tx) => pauseByBreaker(tx, campaign_id, why, now))
  }
}
