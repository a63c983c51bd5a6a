import { type SQL, sql } from 'drizzle-orm'

/**
 * Campaigns share the capacity of their company by weight, and companies that of a worker equally, by start-time fair
 * queueing (Goyal, Vin, Cheng: Start-Time Fair Queuing, 1996). Each attempt starts at a virtual time and takes 1 / weight;
 * the one that starts first is dialed first. Between claims each campaign keeps the time of its next attempt (next_turn), so
 * that shares are right also when slots become free one at a time. A campaign that had nothing to dial continues at the
 * present virtual time: the start of the attempt that was dialed last. So it collects no credit.
 */

/** SQL: the virtual time of a company. Indexes: campaigns_status_idx, campaign_pace_pkey. */
export const virtualTime = (company_id: SQL): SQL => sql`
      (select coalesce(max(other_pace.next_turn - 1.0 / other.weight), 0) from campaigns other
        join campaign_pace other_pace on other_pace.company_id = other.company_id and other_pace.campaign_id = other.id
        where other.company_id = ${company_id} and other.status = 'running')`

/** SQL: when the attempt at this position (1 for the first) of a claim starts. */
export const startOf = (firstStart: SQL, position: SQL, weight: SQL): SQL =>
  sql`${firstStart} + (${position} - 1)::float8 / ${weight}`

/** The turns of companies in the claims of one worker: start-time fair queueing with equal weights. */
export class CompanyTurns {
  private readonly nextTurns = new Map<string, number>()
  private virtualTime = 0

  /** When the next attempt of a company starts, in virtual time. */
  nextTurn(company_id: string): number {
    return Math.max(this.virtualTime, this.nextTurns.get(company_id) ?? 0)
  }

  /** Records which companies attempts were claimed for. */
  record(claimed: readonly { company_id: string }[]): void {
    const counts = new Map<string, number>()
    for (const { company_id } of claimed) counts.set(company_id, (counts.get(company_id) ?? 0) + 1)
    const turns = [...counts].map(
      ([company_id, count]) => [company_id, this.nextTurn(company_id) + count] as const,
    )
    for (const [company_id, turn] of turns) this.nextTurns.set(company_id, turn)
    this.virtualTime = Math.max(this.virtualTime, ...turns.map(([, turn]) => turn - 1))
    for (const [company_id, turn] of this.nextTurns)
      if (turn <= this.virtualTime) this.nextTurns.delete(company_id)
  }
}
