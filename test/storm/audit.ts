import type { Sql } from 'postgres'
import type { State, Suppressed, Watched } from './operator.ts'
import { auditEvents, type Told } from './told.ts'

/** What a storm came to. All but the first lines must be zero. */
export interface Findings extends Told {
  contacts: number
  attempts: number
  not_dialed: number
  dial_requests_repeated: number
  doubles: number
  lost: number
  unknown_to_us: number
  wrong_counters: number
  wrong_histories: number
  /** One of them, to begin with. */
  wrong_history: string | null
  over_concurrency: number
  over_company_concurrency: number
  over_minute: number
  over_minute_at_carrier: number
  while_not_allowed: number
  /** One of them, to begin with. */
  not_allowed: string | null
  to_suppressed: number
  /** Worst against limit, for people. */
  worst: { concurrency: string; minute: string }
}

/** The operator's clock and the database's agree so far, ms. */
const clockMs = 60
/** A claimed attempt is dialed within so many ms, or not at all; and how long the carrier takes to write it down. */
const dialMs = 700
/** A claim's time is taken before it looks: a call that ended meanwhile seems to go on so long beside the new one, ms. */
const lookMs = 300

interface Attempt {
  call_id: string
  campaign_id: string
  company_id: string
  phone_number: string
  started: number
  ended: number
  /** When the carrier was asked; undefined: it never was. */
  dialed: number | undefined
  over: number | undefined
}

/** Checks every invariant, by our rows and by the carrier's own book. */
export async function audit(
  db: Sql,
  campaigns: readonly Watched[],
  suppressed: readonly Suppressed[],
  companyLimits: ReadonlyMap<string, number>,
): Promise<Findings> {
  const attempts = await readAttempts(db)
  const [counted] = await db<Record<string, number>[]>`
    select
      (select count(*)::int from call_tasks) as contacts,
      (select count(*)::int from simulated_calls where dial_requests > 1) as dial_requests_repeated,
      (select count(*)::int from call_tasks where status not in ('completed', 'failed', 'cancelled', 'skipped'))
        + (select count(*)::int from leases)
        + (select count(*)::int from calls where status not in ('completed', 'failed', 'cancelled')) as lost,
      (select count(*)::int from simulated_calls s where not exists (
        select 1 from calls c where c.company_id = s.company_id and c.id = s.call_id)) as unknown_to_us,
      (select count(*)::int from campaigns k where (total_tasks, completed_tasks, failed_tasks) <> (
        select count(*)::int, (count(*) filter (where status = 'completed'))::int,
          (count(*) filter (where status = 'failed'))::int
        from call_tasks t where t.company_id = k.company_id and t.campaign_id = k.id)) as wrong_counters,
      (select count(*)::int from call_tasks t where (
          select coalesce(sum(n::int), 0) from jsonb_each_text(outcome_counts) as o(word, n)) <> (
          select count(*) from calls c where c.company_id = t.company_id and c.call_task_id = t.id)) as wrong_histories,
      (select jsonb_build_object('status', t.status, 'outcomes', t.outcome_counts, 'calls', (
          select jsonb_agg(jsonb_build_array(c.id, c.status, c.outcome, c.ended_reason, c.turn_count) order by c.started_at)
          from calls c where c.company_id = t.company_id and c.call_task_id = t.id))::text
        from call_tasks t where (
          select coalesce(sum(n::int), 0) from jsonb_each_text(outcome_counts) as o(word, n)) <> (
          select count(*) from calls c where c.company_id = t.company_id and c.call_task_id = t.id) limit 1) as wrong_history`
  const limits = limitsKept(campaigns, attempts, companyLimits)
  return {
    ...(counted as unknown as Pick<
      Findings,
      | 'contacts'
      | 'lost'
      | 'unknown_to_us'
      | 'wrong_counters'
      | 'wrong_histories'
      | 'wrong_history'
      | 'dial_requests_repeated'
    >),
    attempts: attempts.length,
    not_dialed: attempts.filter(({ dialed }) => dialed === undefined).length,
    doubles: overlapping(attempts),
    to_suppressed: toSuppressed(attempts, suppressed),
    ...limits,
    ...(await auditEvents(db)),
  }
}

async function readAttempts(db: Sql): Promise<Attempt[]> {
  const rows = await db`
    select c.id as call_id, c.campaign_id, c.company_id, c.callee_number as phone_number,
      extract(epoch from c.started_at)::float8 * 1000 as started,
      coalesce(extract(epoch from c.ended_at)::float8 * 1000, 'Infinity') as ended,
      extract(epoch from s.dialed_at)::float8 * 1000 as dialed, extract(epoch from s.ended_at)::float8 * 1000 as over
    from calls c left join simulated_calls s on s.company_id = c.company_id and s.call_id = c.id
    order by c.started_at, c.id`
  return rows.map((row) => ({
    ...row,
    dialed: row.dialed ?? undefined,
    over: row.over ?? undefined,
  })) as unknown as Attempt[]
}

/** Calls of a company that rang one number at the same time, by the carrier's book. */
function overlapping(attempts: readonly Attempt[]): number {
  const byNumber = new Map<string, Attempt[]>()
  for (const attempt of attempts) {
    if (attempt.dialed === undefined || attempt.over === attempt.dialed) continue
    const key = `${attempt.company_id} ${attempt.phone_number}`
    byNumber.set(key, [...(byNumber.get(key) ?? []), attempt])
  }
  let doubles = 0
  for (const calls of byNumber.values()) {
    calls.sort((a, b) => (a.dialed ?? 0) - (b.dialed ?? 0))
    for (const [i, call] of calls.entries()) {
      if (i > 0 && (call.dialed ?? 0) < (calls[i - 1]?.over ?? Number.POSITIVE_INFINITY)) doubles++
    }
  }
  return doubles
}

/** Every state a campaign may have been in at a moment: what was answered last, and what was being asked for. */
function statesAt(history: readonly State[], at: number): State[] {
  let last = 0
  for (const [i, state] of history.entries()) if (state.answered <= at - clockMs) last = i
  return history.slice(last).filter(({ sent }, i) => i === 0 || sent <= at + clockMs)
}

function limitsKept(
  campaigns: readonly Watched[],
  attempts: readonly Attempt[],
  companyLimits: ReadonlyMap<string, number>,
) {
  const found = {
    over_concurrency: 0,
    over_company_concurrency: 0,
    over_minute: 0,
    over_minute_at_carrier: 0,
    while_not_allowed: 0,
  }
  let not_allowed: string | null = null
  const forbidden = (what: string, at: number, history: readonly State[]) => {
    found.while_not_allowed++
    const near = history.filter(({ sent, answered }) => sent < at + 20_000 && answered > at - 20_000)
    const told = near.map(
      ({ sent, answered, may_dial }) => `${may_dial ? 'may' : 'may not'} ${sent - at}..${answered - at}`,
    )
    not_allowed ??= `${what} at 0; ${told.join(', ')} (ms)`
  }
  let concurrency = { share: 0, text: '-' }
  let minute = { share: 0, text: '-' }
  for (const { id, history } of campaigns) {
    const of = attempts.filter(({ campaign_id }) => campaign_id === id)
    for (const [i, { started, dialed }] of of.entries()) {
      const states = statesAt(history, started)
      if (!states.some(({ may_dial }) => may_dial)) forbidden('claimed', started, history)
      if (
        dialed !== undefined &&
        !statesAt(history, dialed)
          .concat(statesAt(history, dialed - dialMs))
          .some(({ may_dial }) => may_dial)
      )
        forbidden(`claimed at ${Math.round(started - dialed)} dialed`, dialed, history)
      const live = of.slice(0, i + 1).filter(({ ended }) => ended > started + lookMs).length
      const most = Math.max(...states.map(({ max_concurrent_calls }) => max_concurrent_calls))
      if (live > most) found.over_concurrency++
      if (live / most > concurrency.share) concurrency = { share: live / most, text: `${live} of ${most}` }
    }
    const ours = minutes(
      of.map(({ started }) => started),
      history,
    )
    found.over_minute += ours.over
    if (ours.share > minute.share) minute = ours
    found.over_minute_at_carrier += minutes(
      of.flatMap(({ dialed }) => dialed ?? []),
      history,
    ).over
  }
  for (const [company_id, most] of companyLimits) {
    const of = attempts.filter((attempt) => attempt.company_id === company_id)
    for (const [i, { started }] of of.entries()) {
      if (of.slice(0, i + 1).filter(({ ended }) => ended > started + lookMs).length > most)
        found.over_company_concurrency++
    }
  }
  return { ...found, not_allowed, worst: { concurrency: concurrency.text, minute: minute.text } }
}

/** Attempts that were one too many in the 60 s that end with them, by the highest limit in force in that time. */
function minutes(times: number[], history: readonly State[]) {
  times.sort((a, b) => a - b)
  let [from, over, share, text] = [0, 0, 0, '-']
  for (const [i, at] of times.entries()) {
    while (at - (times[from] ?? at) >= 60_000) from++
    const n = i - from + 1
    const states = [
      ...statesAt(history, at - 60_000),
      ...history.filter(({ sent }) => sent > at - 60_000 - clockMs && sent <= at + clockMs),
    ]
    const most = Math.max(...states.map(({ calls_per_minute }) => calls_per_minute))
    if (n > most) over++
    if (n / most > share) [share, text] = [n / most, `${n} of ${most}`]
  }
  return { over, share, text }
}

const toSuppressed = (attempts: readonly Attempt[], suppressed: readonly Suppressed[]): number =>
  suppressed.reduce(
    (sum, { company_id, phone_number, since }) =>
      sum +
      attempts.filter(
        (attempt) =>
          attempt.company_id === company_id &&
          attempt.phone_number === phone_number &&
          attempt.started > since + clockMs,
      ).length,
    0,
  )
