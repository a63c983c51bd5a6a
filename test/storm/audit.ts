import type { Sql } from 'postgres'
import { type AgreementFindings, auditAgreement } from './agreement-audit.ts'
import { auditEvents, type EventFindings } from './event-audit.ts'
import type { State, Suppressed, WatchedCampaign } from './operator.ts'

/** The result of an audit. The findings listed in report.ts must be zero. */
export interface Findings extends EventFindings, AgreementFindings {
  contacts: number
  attempts: number
  not_dialed: number
  dial_requests_repeated: number
  /** Calls of one company to the same number at the same time. */
  overlapping_calls: number
  /** Tasks, leases and calls that are not final. */
  unfinished: number
  /** Calls of the carrier that are not in the database. */
  unknown_calls: number
  /** Calls that never end at the carrier. */
  endless_calls: number
  /** Of these, calls that are not over here, or still have a slot. */
  slots_held: number
  /** Texts of carriers and agents in which characters that cannot be stored were replaced. */
  replaced_texts: number
  wrong_counters: number
  /** Tasks whose outcome_counts differ from their calls. */
  wrong_histories: number
  /** A task with a wrong history, for debugging; null when there is none. */
  wrong_history: string | null
  over_concurrency: number
  over_company_concurrency: number
  over_minute: number
  over_minute_at_carrier: number
  while_not_allowed: number
  /** An action that was not allowed, for debugging; null when there is none. */
  not_allowed: string | null
  to_suppressed: number
  /** The highest load against its limit, as text. */
  worst: { concurrency: string; minute: string }
}

/** Allowed difference between the operator's clock and the database's, ms. */
export const clockToleranceMs = 60
/** The dial deadline of 600 ms, plus the time in which the carrier stores the call. */
export const maxDialDelayMs = 700
/**
 * A claim reads its clock before it counts live calls, so a call that ended in between seems to overlap by up to this
 * much.
 */
const claimToleranceMs = 300

interface Attempt {
  call_id: string
  campaign_id: string
  company_id: string
  phone_number: string
  /** Times in ms; Infinity for a call that has not ended. */
  started: number
  ended: number
  /** By the carrier's records; undefined: the carrier was not asked to dial. */
  dialed: number | undefined
  endedAtCarrier: number | undefined
}

/** Checks every invariant, by the database and by the carrier's own records. */
export async function audit(
  db: Sql,
  campaigns: readonly WatchedCampaign[],
  suppressed: readonly Suppressed[],
  companyLimits: ReadonlyMap<string, number>,
  url: string,
): Promise<Findings> {
  const attempts = await readAttempts(db)
  const [counts] = await db<Record<string, number>[]>`
    select
      (select count(*)::int from call_tasks) as contacts,
      (select count(*)::int from simulated_calls where dial_requests > 1) as dial_requests_repeated,
      (select count(*)::int from call_tasks where status not in ('completed', 'failed', 'cancelled', 'skipped'))
        + (select count(*)::int from leases)
        + (select count(*)::int from calls where status not in ('completed', 'failed', 'cancelled')) as unfinished,
      (select count(*)::int from simulated_calls s where not exists (
        select 1 from calls c where c.company_id = s.company_id and c.id = s.call_id)) as unknown_calls,
      (select count(*)::int from simulated_calls s where ${isEndless(db)}) as endless_calls,
      (select count(*)::int from simulated_calls s join calls c on c.company_id = s.company_id and c.id = s.call_id
        left join leases l on l.company_id = s.company_id and l.call_id = s.call_id
        where ${isEndless(db)} and (l.call_id is not null or c.status not in ('completed', 'failed', 'cancelled'))) as slots_held,
      (select count(*)::int from calls where ended_reason like '%' || chr(65533) || '%'
        or collected_data::text like '%' || chr(65533) || '%') as replaced_texts,
      (select count(*)::int from campaigns k where (total_tasks, completed_tasks, failed_tasks) <> (
        select count(*)::int, (count(*) filter (where status = 'completed'))::int,
          (count(*) filter (where status = 'failed'))::int
        from call_tasks t where t.company_id = k.company_id and t.campaign_id = k.id)) as wrong_counters,
      (select count(*)::int from call_tasks t where (
          select coalesce(sum(n::int), 0) from jsonb_each_text(outcome_counts) as o(outcome, n)) <> (
          select count(*) from calls c where c.company_id = t.company_id and c.call_task_id = t.id)) as wrong_histories,
      (select jsonb_build_object('status', t.status, 'outcomes', t.outcome_counts, 'calls', (
          select jsonb_agg(jsonb_build_array(c.id, c.status, c.outcome, c.ended_reason, c.turn_count) order by c.started_at)
          from calls c where c.company_id = t.company_id and c.call_task_id = t.id))::text
        from call_tasks t where (
          select coalesce(sum(n::int), 0) from jsonb_each_text(outcome_counts) as o(outcome, n)) <> (
          select count(*) from calls c where c.company_id = t.company_id and c.call_task_id = t.id) limit 1) as wrong_history`
  const limits = checkLimits(campaigns, attempts, companyLimits)
  return {
    ...(counts as unknown as Pick<
      Findings,
      | 'contacts'
      | 'unfinished'
      | 'unknown_calls'
      | 'endless_calls'
      | 'slots_held'
      | 'replaced_texts'
      | 'wrong_counters'
      | 'wrong_histories'
      | 'wrong_history'
      | 'dial_requests_repeated'
    >),
    attempts: attempts.length,
    not_dialed: attempts.filter(({ dialed }) => dialed === undefined).length,
    overlapping_calls: countOverlapping(attempts),
    to_suppressed: countToSuppressed(attempts, suppressed),
    ...limits,
    ...(await auditEvents(db)),
    ...(await auditAgreement(url)),
  }
}

/** SQL condition: the row `s` of simulated_calls is of a call that never ends. */
const isEndless = (db: Sql) => db`s.plan->'is_endless' = 'true'`

/** A call that never ends at the carrier counts as over there once it has ended here. */
async function readAttempts(db: Sql): Promise<Attempt[]> {
  const rows = await db`
    select c.id as call_id, c.campaign_id, c.company_id, c.callee_number as phone_number,
      extract(epoch from c.started_at)::float8 * 1000 as started,
      coalesce(extract(epoch from c.ended_at)::float8 * 1000, 'Infinity') as ended,
      extract(epoch from s.dialed_at)::float8 * 1000 as dialed, 
      extract(epoch from case when ${isEndless(db)} then c.ended_at else s.ended_at end)::float8 * 1000 as ended_at_carrier
    from calls c left join simulated_calls s on s.company_id = c.company_id and s.call_id = c.id
    order by c.started_at, c.id`
  return rows.map((row) => ({
    ...row,
    dialed: row.dialed ?? undefined,
    endedAtCarrier: row.ended_at_carrier ?? undefined,
  })) as unknown as Attempt[]
}

/** Counts calls of one company to the same number at the same time, by the carrier's records. */
function countOverlapping(attempts: readonly Attempt[]): number {
  const byNumber = new Map<string, Attempt[]>()
  for (const attempt of attempts) {
    if (attempt.dialed === undefined || attempt.endedAtCarrier === attempt.dialed) continue
    const key = `${attempt.company_id} ${attempt.phone_number}`
    byNumber.set(key, [...(byNumber.get(key) ?? []), attempt])
  }
  let overlapping = 0
  for (const calls of byNumber.values()) {
    calls.sort((a, b) => (a.dialed ?? 0) - (b.dialed ?? 0))
    for (const [i, call] of calls.entries()) {
      if (i > 0 && (call.dialed ?? 0) < (calls[i - 1]?.endedAtCarrier ?? Number.POSITIVE_INFINITY))
        overlapping++
    }
  }
  return overlapping
}

/** All states that a campaign may have been in at a time: the last confirmed one, and those requested since. */
function statesAt(history: readonly State[], at: number): State[] {
  let last = 0
  for (const [i, state] of history.entries()) if (state.respondedAt <= at - clockToleranceMs) last = i
  return history.slice(last).filter(({ sentAt }, i) => i === 0 || sentAt <= at + clockToleranceMs)
}

function checkLimits(
  campaigns: readonly WatchedCampaign[],
  attempts: readonly Attempt[],
  companyLimits: ReadonlyMap<string, number>,
) {
  const violations = {
    over_concurrency: 0,
    over_company_concurrency: 0,
    over_minute: 0,
    over_minute_at_carrier: 0,
    while_not_allowed: 0,
  }
  let not_allowed: string | null = null
  const reportForbidden = (action: string, at: number, history: readonly State[]) => {
    violations.while_not_allowed++
    const nearbyStates = history.filter(
      ({ sentAt, respondedAt }) => sentAt < at + 20_000 && respondedAt > at - 20_000,
    )
    const states = nearbyStates.map(
      ({ sentAt, respondedAt, may_dial }) =>
        `${may_dial ? 'may' : 'may not'} ${sentAt - at}..${respondedAt - at}`,
    )
    not_allowed ??= `${action} at 0; ${states.join(', ')} (ms)`
  }
  let concurrency = { share: 0, text: '-' }
  let minute = { share: 0, text: '-' }
  for (const { id, history } of campaigns) {
    const campaignAttempts = attempts.filter(({ campaign_id }) => campaign_id === id)
    for (const [i, { started, dialed }] of campaignAttempts.entries()) {
      const states = statesAt(history, started)
      if (!states.some(({ may_dial }) => may_dial)) reportForbidden('claimed', started, history)
      if (
        dialed !== undefined &&
        !statesAt(history, dialed)
          .concat(statesAt(history, dialed - maxDialDelayMs))
          .some(({ may_dial }) => may_dial)
      )
        reportForbidden(`claimed at ${Math.round(started - dialed)} dialed`, dialed, history)
      const live = campaignAttempts
        .slice(0, i + 1)
        .filter(({ ended }) => ended > started + claimToleranceMs).length
      const max = Math.max(...states.map(({ max_concurrent_calls }) => max_concurrent_calls))
      if (live > max) violations.over_concurrency++
      if (live / max > concurrency.share) concurrency = { share: live / max, text: `${live} of ${max}` }
    }
    const claims = checkMinutes(
      campaignAttempts.map(({ started }) => started),
      history,
    )
    violations.over_minute += claims.over
    if (claims.share > minute.share) minute = claims
    violations.over_minute_at_carrier += checkMinutes(
      campaignAttempts.flatMap(({ dialed }) => dialed ?? []),
      history,
    ).over
  }
  for (const [company_id, max] of companyLimits) {
    const companyAttempts = attempts.filter((attempt) => attempt.company_id === company_id)
    for (const [i, { started }] of companyAttempts.entries()) {
      if (
        companyAttempts.slice(0, i + 1).filter(({ ended }) => ended > started + claimToleranceMs).length > max
      )
        violations.over_company_concurrency++
    }
  }
  return { ...violations, not_allowed, worst: { concurrency: concurrency.text, minute: minute.text } }
}

/**
 * Counts attempts that exceed the limit in the 60 s before them. The highest limit that applied in that time counts.
 */
function checkMinutes(times: number[], history: readonly State[]) {
  times.sort((a, b) => a - b)
  let [first, over, share, text] = [0, 0, 0, '-']
  for (const [i, time] of times.entries()) {
    while (time - (times[first] ?? time) >= 60_000) first++
    const count = i - first + 1
    const states = [
      ...statesAt(history, time - 60_000),
      ...history.filter(
        ({ sentAt }) => sentAt > time - 60_000 - clockToleranceMs && sentAt <= time + clockToleranceMs,
      ),
    ]
    const max = Math.max(...states.map(({ calls_per_minute }) => calls_per_minute))
    if (count > max) over++
    if (count / max > share) [share, text] = [count / max, `${count} of ${max}`]
  }
  return { over, share, text }
}

const countToSuppressed = (attempts: readonly Attempt[], suppressed: readonly Suppressed[]): number =>
  suppressed.reduce(
    (sum, { company_id, phone_number, since }) =>
      sum +
      attempts.filter(
        (attempt) =>
          attempt.company_id === company_id &&
          attempt.phone_number === phone_number &&
          attempt.started > since + clockToleranceMs,
      ).length,
    0,
  )
