import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { asOwner } from '../../db/transaction.ts'
import type { CarrierEvent, DialResult } from '../../telephony/carrier.ts'
import { pauseByBreaker } from '../campaigns/index.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import type { ClaimedCall } from './claim/claim.ts'

/** After an ambiguous answer the carrier is asked soon what became of it, ms. */
const askSoonMs = 3_000
/** Beyond ring_timeout_sec, how long a carrier may take to say that it rang out, ms. */
const ringMarginMs = 15_000

export interface DialedCall {
  call: ClaimedCall
  result: DialResult
}

/** ended_reason of an attempt that the carrier was never asked for, or is sure not to have placed. */
export const notDialedReason = 'not_dialed'

/** Writes down what the carrier answered: what is over is ended, what is open is asked about when its lease runs out. */
export async function recordDialResults(db: Db, answered: readonly DialedCall[], now: Date): Promise<void> {
  const over = answered.flatMap(({ call, result: answer }) => endOf(call, answer, now))
  if (over.length > 0) await applyCarrierEvents(db, over, now)
  const open = answered.flatMap(({ call, result: answer }) => watchOf(call, answer, now))
  if (open.length > 0) {
    await db.orm.execute(sql`
      update leases l set lease_until = w.until
      from json_to_recordset(${JSON.stringify(open)}::text::json) as w(company_id uuid, call_id uuid, until timestamptz)
      where l.company_id = w.company_id and l.call_id = w.call_id and l.is_live`)
  }
  await haltCampaigns(db, answered, now)
}

function endOf({ company_id, call_id }: ClaimedCall, answer: DialResult, now: Date): CarrierEvent[] {
  const ended = { company_id, call_id, type: 'ended' as const, at: now }
  if (answer.kind === 'withheld') return [{ ...ended, outcome: 'cancelled', ended_reason: notDialedReason }]
  if (answer.kind !== 'ended' && answer.kind !== 'refused') return []
  return [{ ...ended, outcome: answer.outcome, ended_reason: answer.ended_reason }]
}

function watchOf({ company_id, call_id, ring_timeout_sec }: ClaimedCall, { kind }: DialResult, now: Date) {
  if (kind !== 'accepted' && kind !== 'ambiguous') return []
  const ms = kind === 'accepted' ? ring_timeout_sec * 1000 + ringMarginMs : askSoonMs
  return [{ company_id, call_id, until: new Date(now.getTime() + ms).toISOString() }]
}

/** A fault that every call would meet, as a trunk that is not there: its campaigns stop, before their lists are burned. */
async function haltCampaigns(db: Db, answered: readonly DialedCall[], now: Date): Promise<void> {
  const halted = new Map<string, { company_id: string; campaign_id: string; why: string }>()
  for (const { call, result: answer } of answered) {
    const { company_id, campaign_id } = call
    if (campaign_id === null || answer.kind !== 'refused' || answer.pauseReason === undefined) continue
    halted.set(campaign_id, { company_id, campaign_id, why: answer.pauseReason })
  }
  for (const { company_id, campaign_id, why } of halted.values()) {
    await asOwner(db, company_id, (tx) => pauseByBreaker(tx, campaign_id, why, now))
  }
}
