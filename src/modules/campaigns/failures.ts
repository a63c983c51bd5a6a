import { Type } from '@sinclair/typebox'
import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { driverErrorOf, isDatabaseWideError } from '../../db/connection-errors.ts'
import { defineCompanyQuery, defineQuery } from '../../db/query/define-query.ts'
import { text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { type CampaignOperation, campaignFailures, campaignPace } from '../../db/schema/index.ts'
import { asOwner, type ReadTx, type Tx } from '../../db/transaction.ts'
import { campaignFailures as failureCount } from '../../lib/loop-metrics.ts'
import { truncate } from '../../lib/text.ts'
import { recordCampaignEvent } from './reports/event-log.ts'

/** A campaign is set aside, with an event, after this many failures in a row. */
const failuresUntilSetAside = 3
/** The pause after the first failure, in seconds. It doubles with each further one, up to `maxPauseSec`. */
const firstPauseSec = 5
const maxPauseSec = 600
/** A failure that did not occur again this long after its retry is over. */
const overAfterMs = 60_000

const maxReasonLength = 300

export interface CampaignKey {
  company_id: string
  campaign_id: string
}

/** A failed operation of one campaign, or of a test call, which has none. */
export interface CampaignFailure {
  company_id: string
  campaign_id: string | null
  operation: CampaignOperation
  /** Failures in a row. */
  failures: number
  retry_at: Date
  error: unknown
}

/** Receives each failure, for the log. */
export type ReportFailure = (failure: CampaignFailure) => void

/** @param loggable removes from an error what must not be logged */
export const logFailures =
  (
    log: { warn(fields: object, message: string): void },
    loggable: (error: unknown) => unknown,
  ): ReportFailure =>
  ({ error, ...failure }) =>
    log.warn(
      { ...failure, err: loggable(error) },
      'an operation of a campaign failed and is tried again later',
    )

const upsertFailure = defineCompanyQuery({
  name: 'campaigns.upsert_failure',
  params: { campaign_id: uuid, operation: text, reason: text, now: timestamptz },
  row: { failures: Type.Integer(), retry_at: Type.Date() },
  sql: (p) => {
    const pause = (failures: SQL) =>
      sql`make_interval(secs => least(${sql.raw(`${maxPauseSec}, ${firstPauseSec}`)} * 2 ^ least(${failures} - 1, 20)))`
    return sql`
    insert into campaign_failures as f (company_id, campaign_id, operation, failures, reason, retry_at)
    values (${p.company_id}, ${p.campaign_id}, ${p.operation}, 1, ${p.reason}, ${p.now} + ${pause(sql`1`)})
    on conflict (company_id, campaign_id, operation) do update
      set failures = f.failures + 1, reason = excluded.reason, retry_at = ${p.now} + ${pause(sql`(f.failures + 1)`)}
    returning failures, retry_at`
  },
})

/**
 * Runs an operation of one campaign. When it fails, stores the failure, so that the loops leave the campaign out of this
 * operation until `retry_at`, and returns that time and the error. After the third failure in a row, the campaign gets the
 * event `set_aside`.
 *
 * @throws what `run` throws when the database as a whole does not work
 */
export async function attemptForCampaign<T>(
  db: Db,
  key: CampaignKey,
  operation: CampaignOperation,
  now: Date,
  run: () => Promise<T>,
  report?: ReportFailure,
): Promise<{ value: T } | { retry_at: Date; error: unknown }> {
  try {
    return { value: await run() }
  } catch (error) {
    if (isDatabaseWideError(error)) throw error
    failureCount.inc({ operation })
    try {
      const stored = await recordFailure(db, key, operation, error, now)
      report?.({ ...key, operation, ...stored, error })
      return { retry_at: stored.retry_at, error }
    } catch (recordError) {
      // The campaign was deleted, or its row is locked: its next attempt is not delayed.
      if (isDatabaseWideError(recordError)) throw recordError
      report?.({ ...key, operation, failures: 1, retry_at: now, error })
      return { retry_at: now, error }
    }
  }
}

function recordFailure(
  db: Db,
  { company_id, campaign_id }: CampaignKey,
  operation: CampaignOperation,
  error: unknown,
  now: Date,
) {
  const reason = reasonOf(error)
  return asOwner(db, company_id, async (tx) => {
    const [stored] = await upsertFailure(tx, { campaign_id, operation, reason, now })
    if (stored === undefined) throw new Error('the failure was not stored')
    const { failures, retry_at } = stored
    if (operation === 'claim')
      await tx.update(campaignPace).set({ recheck_at: retry_at }).where(isPaceOf(tx, campaign_id))
    if (failures === failuresUntilSetAside) {
      const detail = `${operation} failed ${failures} times in a row: ${reason}`
      await recordCampaignEvent(tx, campaign_id, 'set_aside', detail, now, { operation, retry_at })
    }
    return stored
  })
}

const isOfCampaign = (tx: Pick<Tx, 'company_id'>, campaign_id: string) =>
  and(eq(campaignFailures.company_id, tx.company_id), eq(campaignFailures.campaign_id, campaign_id))

/**
 * SQL condition: this operation of a campaign failed, and its retry is later. Index: campaign_failures_pkey.
 */
export const isSetAside = (
  operation: CampaignOperation,
  company_id: SQL,
  campaign_id: SQL,
  now: SQL,
) => sql`exists (
  select 1 from campaign_failures f where f.company_id = ${company_id} and f.campaign_id = ${campaign_id}
    and f.operation = '${sql.raw(operation)}' and f.retry_at > ${now})`

const isPaceOf = (tx: Tx, campaign_id: string) =>
  and(eq(campaignPace.company_id, tx.company_id), eq(campaignPace.campaign_id, campaign_id))

/** The reason for the users of the campaign. Messages of the database quote stored rows, so they are left out. */
function reasonOf(error: unknown): string {
  const { code, constraint_name, severity, message } = driverErrorOf(error) as Record<string, unknown>
  if (code === '55P03' || code === '40P01' || code === '57014')
    return `its rows are locked by another transaction, or the statement took too long (SQLSTATE ${code})`
  if (severity !== undefined) {
    const constraint = constraint_name === undefined ? '' : `, constraint ${constraint_name}`
    return `the database refused a stored value (SQLSTATE ${code}${constraint})`
  }
  return truncate(String(message), maxReasonLength)
}

/** The operations of a campaign that are tried again at a later time than `now`. */
export async function listFailures(tx: ReadTx, campaign_id: string, now: Date) {
  return tx
    .select()
    .from(campaignFailures)
    .where(and(isOfCampaign(tx, campaign_id), gt(campaignFailures.retry_at, now)))
    .orderBy(campaignFailures.operation)
}

/** Deletes the failures of a campaign whose settings or status a user has changed: its operations are tried at once. */
export async function clearFailures(tx: Tx, campaign_id: string): Promise<void> {
  await tx.delete(campaignFailures).where(isOfCampaign(tx, campaign_id))
}

const deleteFailuresBefore = defineQuery({
  name: 'campaigns.delete_failures_before',
  params: { before: timestamptz },
  row: {},
  sql: (p) => sql`delete from campaign_failures where retry_at < ${p.before}`,
})

/** Deletes failures that have not occurred again. */
export const pruneFailures = (db: Db, now: Date) =>
  deleteFailuresBefore(db, { before: new Date(now.getTime() - overAfterMs) })
