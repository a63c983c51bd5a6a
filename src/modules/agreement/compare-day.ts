import type { Db } from '../../db/client.ts'
import { asOwner } from '../../db/transaction.ts'
import { nilUuid } from '../../lib/uuid.ts'
import { findTaskDifferences, followCorrectedCalls } from '../call-tasks/index.ts'
import { correctCounters, findCounterDifferences } from '../campaigns/index.ts'
import { type Difference, findCallsOfDay, rebuildDay } from '../rollups/index.ts'
import { correctMetrics, findMetricDifferences } from '../telemetry/index.ts'

/** A stored value that differs from the one that other rows imply. */
export interface Disagreement {
  /** `<table>.<column>` of the stored value. */
  field: string
  call_id?: string
  call_task_id?: string
  campaign_id?: string
  stored: unknown
  expected: unknown
}

export interface DayComparison extends Difference {
  /** The number of disagreements. */
  wrong_values: number
  /** The first of them. */
  disagreements: Disagreement[]
}

/** The comparison found a difference. */
export const differs = ({ wrong_calls, wrong_buckets, wrong_values }: DayComparison): boolean =>
  wrong_calls + wrong_buckets + wrong_values > 0

/** Calls compared in one transaction. */
const batchSize = 2_000
/** Disagreements that are listed; the others are only counted. */
const maxListed = 50

/**
 * Compares the calls that started on a day with their metrics and turns, the tasks of these calls with their attempts, the
 * counters of campaigns with their tasks, and the rollups with the calls. Corrects what differs, while the service runs:
 * turns win over metrics, the call over the outcome of its metrics, calls over tasks, tasks over counters, and all of them
 * over rollups. Each comparison is one statement, so changes under way are never taken for differences. `day` is midnight UTC.
 */
export async function compareDay(db: Db, company_id: string, day: Date): Promise<DayComparison> {
  const disagreements: Disagreement[] = []
  let wrong_values = 0
  const report = (found: readonly Disagreement[]) => {
    wrong_values += found.length
    disagreements.push(...found.slice(0, maxListed - disagreements.length))
  }
  // The nil uuid is below every id.
  for (let after = nilUuid; ; ) {
    const ids = await asOwner(db, company_id, (tx) => findCallsOfDay(tx, { day, after, limit: batchSize }))
    const last = ids.at(-1)
    if (last === undefined) break
    const call_ids = ids.map(({ id }) => id)
    report(await correctCalls(db, company_id, call_ids))
    report(await correctTasks(db, company_id, call_ids))
    after = last.id
  }
  report(await correctCampaigns(db, company_id, day))
  return { ...(await rebuildDay(db, company_id, day)), wrong_values, disagreements }
}

async function correctCalls(db: Db, company_id: string, call_ids: string[]): Promise<Disagreement[]> {
  const found = await asOwner(db, company_id, (tx) => findMetricDifferences(tx, { call_ids }))
  for (const id of distinct(found.map(({ call_id }) => call_id)))
    await asOwner(db, company_id, (tx) => correctMetrics(tx, id))
  return found
}

function correctTasks(db: Db, company_id: string, call_ids: string[]): Promise<Disagreement[]> {
  return asOwner(db, company_id, async (tx) => {
    const found = await findTaskDifferences(tx, { call_ids })
    if (found.length > 0) await followCorrectedCalls(tx, call_ids)
    return found.map(({ column, ...rest }) => ({ field: `call_tasks.${column}`, ...rest }))
  })
}

async function correctCampaigns(db: Db, company_id: string, day: Date): Promise<Disagreement[]> {
  const found = await asOwner(db, company_id, (tx) => findCounterDifferences(tx, { day }))
  for (const id of distinct(found.map(({ campaign_id }) => campaign_id)))
    await asOwner(db, company_id, (tx) => correctCounters(tx, id))
  return found.map(({ column, ...rest }) => ({ field: `campaigns.${column}`, ...rest }))
}

const distinct = (ids: string[]) => [...new Set(ids)]
