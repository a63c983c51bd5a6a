import type { Sql } from 'postgres'

/** Whether campaigns of a company had their shares while all of them had work. */
export interface ShareFindings {
  /** Attempts while all campaigns were running and had contacts who wait. */
  shared_attempts: number
  /** Pairs of campaigns whose attempts differ from their weights by more than `checkShares` allows. */
  wrong_shares: number
  /** A period with wrong shares, for debugging; null when there is none. */
  wrong_share: string | null
}

export interface SharedCampaign {
  id: string
  weight: number
  /** Number of contacts. */
  contacts: number
}

/** A campaign begins or stops to run; time in ms. */
export interface RunEvent {
  campaign_id: string
  at: number
  runs: boolean
}

export interface StartedAttempt {
  campaign_id: string
  call_task_id: string
  /** In ms. */
  started: number
}

/** Attempts this near to the beginning or the end of a period are left out, because clocks and commits differ. */
const marginMs = 500
const tolerance = 0.02

/**
 * Checks the attempts of campaigns that share the limit of their company. In any period in which all of them run and have work,
 * start-time fair queueing gives two campaigns f and m attempts with |n_f / w_f - n_m / w_m| <= 1 / w_f + 1 / w_m (Goyal, Vin,
 * Cheng 1996, theorem 1): one slot of each. A worker that is killed or suspended leaves attempts that it has claimed, which another
 * one starts later, out of this order: one more slot of each for every such fault.
 *
 * @param until end of the audited time, in ms
 * @param faults how many workers were killed or suspended until then
 */
export function checkShares(
  campaigns: readonly SharedCampaign[],
  events: readonly RunEvent[],
  attempts: readonly StartedAttempt[],
  until: number,
  faults = 0,
): ShareFindings {
  const findings: ShareFindings = { shared_attempts: 0, wrong_shares: 0, wrong_share: null }
  const weights = campaigns.reduce((sum, { weight }) => sum + weight, 0)
  const end = Math.min(until, ...campaigns.map((campaign) => workEnds(campaign, attempts)))
  for (const period of sharedPeriods(campaigns, events, end)) {
    const inPeriod = attempts.filter(({ started }) => started >= period.start && started < period.end)
    const counts = campaigns.map(({ id, weight }) => ({
      weight,
      attempts: inPeriod.filter(({ campaign_id }) => campaign_id === id).length,
    }))
    const total = counts.reduce((sum, { attempts: n }) => sum + n, 0)
    findings.shared_attempts += total
    for (const [i, f] of counts.entries()) {
      for (const m of counts.slice(i + 1)) {
        const difference = Math.abs(f.attempts / f.weight - m.attempts / m.weight)
        const slots = (1 + faults) * (1 / f.weight + 1 / m.weight)
        // Half of one per mille: differences of fractions are not exact.
        if (difference <= Math.max(slots, (tolerance * total) / weights) + 0.0005) continue
        findings.wrong_shares++
        const seconds = Math.round((period.end - period.start) / 1000)
        findings.wrong_share ??= `${f.attempts} and ${m.attempts} of ${total} attempts in ${seconds} s for weights ${f.weight} and ${m.weight}`
      }
    }
  }
  return findings
}

/** When the last contact of a campaign was called for the first time; Infinity when some were never called. */
function workEnds({ id, contacts }: SharedCampaign, attempts: readonly StartedAttempt[]): number {
  const firstAttempts = new Map<string, number>()
  for (const { campaign_id, call_task_id, started } of attempts)
    if (campaign_id === id)
      firstAttempts.set(call_task_id, Math.min(started, firstAttempts.get(call_task_id) ?? started))
  return firstAttempts.size < contacts ? Number.POSITIVE_INFINITY : Math.max(...firstAttempts.values())
}

/** The periods in which all campaigns run, without their margins. */
function sharedPeriods(
  campaigns: readonly SharedCampaign[],
  events: readonly RunEvent[],
  end: number,
): { start: number; end: number }[] {
  const periods: { start: number; end: number }[] = []
  const running = new Set<string>()
  let start: number | undefined
  const close = (at: number) => {
    if (start !== undefined && at - marginMs > start + marginMs)
      periods.push({ start: start + marginMs, end: at - marginMs })
    start = undefined
  }
  for (const { campaign_id, at, runs } of events.toSorted((a, b) => a.at - b.at)) {
    if (at >= end) break
    if (runs) running.add(campaign_id)
    else running.delete(campaign_id)
    if (running.size < campaigns.length) close(at)
    else start ??= at
  }
  close(end)
  return periods
}

/** Reads the attempts of the campaigns and when they ran, and checks them. Without campaigns, nothing is checked. */
export async function auditShares(
  db: Sql,
  campaigns: readonly SharedCampaign[],
  until: number,
  faults = 0,
): Promise<ShareFindings> {
  const ids = campaigns.map(({ id }) => id)
  const ofCampaigns = db`campaign_id::text = any(string_to_array(${ids.join(',')}, ','))`
  const attempts = await db<StartedAttempt[]>`
    select campaign_id, call_task_id, extract(epoch from started_at)::float8 * 1000 as started from calls where ${ofCampaigns}`
  const events = await db<RunEvent[]>`
    select campaign_id, extract(epoch from at)::float8 * 1000 as at, event in ('started', 'resumed') as runs
    from campaign_events where ${ofCampaigns}
      and event in ('started', 'resumed', 'paused', 'breaker_opened', 'completed', 'stopped')`
  return checkShares(campaigns, events, attempts, until, faults)
}
