import type { Sql } from 'postgres'
import { type Outcome, outcomeRules, reachedOutcomes } from '../../src/db/schema/index.ts'
import { groupBy } from '../../src/lib/group-by.ts'
import { parseWrittenBoolean } from '../../src/lib/written-boolean.ts'
import { clockToleranceMs, maxDialDelayMs } from './audit.ts'
import type { LateReport } from './late-agents.ts'
import type { Operator } from './operator.ts'

/** What became of reported opt-outs, callbacks and successes. The findings listed in report.ts must be zero. */
export interface ReportFindings {
  /** Reports of late agents, and those of them that came after the grace period. */
  late_reports: number
  late_reports_after_grace: number
  /** Calls in which the contact opted out. */
  opt_outs: number
  /** Of these, calls whose number is not in the suppression list. */
  opt_outs_not_suppressed: number
  /** Attempts at a number whose opt-out was acknowledged before. */
  dialed_after_opt_out: number
  /** Callbacks that count: no later conversation replaced them. */
  callbacks: number
  /** Attempts after the acknowledgement of a callback and before its time. */
  dialed_before_callback: number
  /** Callbacks without an attempt at or after their time. */
  callbacks_lost: number
  /** Attempts after a success was acknowledged. */
  dialed_after_success: number
  /** A wrong report, for debugging; null when there is none. */
  wrong_report: string | null
}

/** An attempt with what is known of it at the end of the storm. Times in ms. */
export interface ReportedAttempt {
  company_id: string
  call_id: string
  call_task_id: string
  phone_number: string
  started: number
  /** By the carrier's records; undefined: the carrier was not asked to dial. */
  dialed: number | undefined
  outcome: Outcome | null
  callback_at: number | undefined
  /** When the service decided to call back at this time; undefined: it did not. */
  callback_decided_at: number | undefined
  opt_out: unknown
}

/** Why a callback may have been dropped. */
export interface Excuses {
  /** Numbers that are suppressed, as `COMPANY NUMBER`. */
  suppressed: ReadonlySet<string>
  /** Tasks that the operator cancelled, or whose campaign he stopped. */
  cancelledTasks: ReadonlySet<string>
}

const numberKey = ({ company_id, phone_number }: { company_id: string; phone_number: string }) =>
  `${company_id} ${phone_number}`

const maxCallbacks = outcomeRules.callback.retry.kind === 'on_request' ? outcomeRules.callback.retry.max : 0

/** What a call promises about later attempts, and since when. */
interface Promised {
  attempt: ReportedAttempt
  since: number
}

/** Checks what followed from each acknowledged report, and from each opt-out and callback in the database. */
export function checkReports(
  reports: readonly LateReport[],
  attempts: readonly ReportedAttempt[],
  excuses: Excuses,
  graceMs: number,
): ReportFindings {
  const findings: ReportFindings = {
    late_reports: reports.length,
    late_reports_after_grace: reports.filter(({ age }) => age > graceMs).length,
    opt_outs: 0,
    opt_outs_not_suppressed: 0,
    dialed_after_opt_out: 0,
    callbacks: 0,
    dialed_before_callback: 0,
    callbacks_lost: 0,
    dialed_after_success: 0,
    wrong_report: null,
  }
  type Rule = {
    [K in keyof ReportFindings]: ReportFindings[K] extends number ? K : never
  }[keyof ReportFindings]
  const add = (rule: Rule, count: number, about: object) => {
    findings[rule] += count
    if (count > 0) findings.wrong_report ??= `${rule}: ${JSON.stringify(about)}`
  }
  const attemptOf = new Map(attempts.map((attempt) => [attempt.call_id, attempt]))
  const byTask = groupBy(attempts, ({ call_task_id }) => call_task_id)
  const byNumber = groupBy(attempts, numberKey)
  const reportedCalls = new Set(reports.map(({ call_id }) => call_id))

  const optOuts = new Map<string, { company_id: string; phone_number: string; since: number }>()
  for (const attempt of attempts)
    if (parseWrittenBoolean(attempt.opt_out) === true)
      optOuts.set(attempt.call_id, { ...attempt, since: Number.POSITIVE_INFINITY })
  for (const report of reports) if (report.fact === 'opt_out') optOuts.set(report.call_id, report)
  findings.opt_outs = optOuts.size
  for (const optOut of optOuts.values()) {
    if (!excuses.suppressed.has(numberKey(optOut))) add('opt_outs_not_suppressed', 1, optOut)
    const later = (byNumber.get(numberKey(optOut)) ?? []).filter(
      (attempt) => checkedAt(attempt) > optOut.since + clockToleranceMs,
    )
    add('dialed_after_opt_out', later.length, { optOut, later })
  }

  /** Later attempts of the task; undefined when a conversation in one of them came first, so that it counts instead. */
  const laterThan = ({ attempt, since }: Promised) => {
    const later = (byTask.get(attempt.call_task_id) ?? []).filter(({ started }) => started > attempt.started)
    const isReplaced = later.some(
      ({ started, outcome }) =>
        started <= since + clockToleranceMs && (outcome === null || reachedOutcomes.includes(outcome)),
    )
    return isReplaced ? undefined : later
  }
  const isExcused = ({ attempt }: Promised, requestsBefore: number) =>
    excuses.cancelledTasks.has(attempt.call_task_id) ||
    excuses.suppressed.has(numberKey(attempt)) ||
    requestsBefore >= maxCallbacks

  for (const { attempt, since } of promises(reports, attempts, attemptOf, reportedCalls)) {
    const promised = { attempt, since }
    const later = laterThan(promised)
    if (later === undefined) continue
    const next = later.filter(({ started }) => started > since + clockToleranceMs)
    if (attempt.outcome === 'success') {
      add('dialed_after_success', next.length, { promised, next })
      continue
    }
    const time = attempt.callback_at ?? 0
    findings.callbacks++
    const early = next.filter(({ started }) => started < time - clockToleranceMs)
    add('dialed_before_callback', early.length, { promised, early })
    const requestsBefore = (byTask.get(attempt.call_task_id) ?? []).filter(
      ({ call_id, outcome }) => outcome === 'callback' && call_id !== attempt.call_id,
    ).length
    const isKept = later.some(({ started }) => started >= time - clockToleranceMs)
    if (!isKept && !isExcused(promised, requestsBefore)) add('callbacks_lost', 1, { promised, later })
  }
  return findings
}

/** The last time at which the service checked whether the number may be dialed. A dial that is in progress goes on. */
const checkedAt = ({ started, dialed }: ReportedAttempt) =>
  Math.max(started, (dialed ?? started) - maxDialDelayMs)

/**
 * Calls that promise something: a success or a callback of a late agent that is still what the service has stored, and a
 * callback of another agent by which the service has decided. Those of contacts about whom a late agent reported another call
 * are left out.
 */
function promises(
  reports: readonly LateReport[],
  attempts: readonly ReportedAttempt[],
  attemptOf: ReadonlyMap<string, ReportedAttempt>,
  reportedCalls: ReadonlySet<string>,
): Promised[] {
  const ofLateAgents = reports.flatMap(({ call_id, fact, callback_at, since }): Promised[] => {
    const attempt = attemptOf.get(call_id)
    const isStored = attempt?.outcome === fact && (fact !== 'callback' || attempt.callback_at === callback_at)
    return attempt !== undefined && isStored ? [{ attempt, since }] : []
  })
  const reportedTasks = new Set(
    attempts.flatMap(({ call_id, call_task_id }) => (reportedCalls.has(call_id) ? [call_task_id] : [])),
  )
  const ofOthers = attempts.flatMap((attempt): Promised[] => {
    const { outcome, callback_at, callback_decided_at: since, call_task_id } = attempt
    const isPromise = outcome === 'callback' && callback_at !== undefined && since !== undefined
    return isPromise && !reportedTasks.has(call_task_id) ? [{ attempt, since }] : []
  })
  return [...ofLateAgents, ...ofOthers]
}

/** Reads the attempts, the suppressions and the tasks that were cancelled, and checks them. */
export async function auditReports(
  db: Sql,
  reports: readonly LateReport[],
  operator: Pick<Operator, 'cancelledTasks' | 'stoppedCampaigns'>,
  graceMs: number,
): Promise<ReportFindings> {
  const rows = await db`
    select c.company_id, c.id as call_id, c.call_task_id, c.campaign_id, c.callee_number as phone_number, c.outcome,
      extract(epoch from c.started_at)::float8 * 1000 as started, extract(epoch from s.dialed_at)::float8 * 1000 as dialed,
      c.collected_data->>'callback_at' as callback_at, c.collected_data->'opt_out' as opt_out,
      (select extract(epoch from min(e.at))::float8 * 1000 from task_events e
        where e.company_id = c.company_id and e.call_task_id = c.call_task_id and e.call_id = c.id and e.rule = 'callback'
      ) as callback_decided_at
    from calls c left join simulated_calls s on s.company_id = c.company_id and s.call_id = c.id
    where c.call_task_id is not null order by c.started_at, c.id`
  const attempts = rows.map((row) => ({
    ...row,
    dialed: row.dialed ?? undefined,
    callback_at: row.callback_at === null ? undefined : Date.parse(row.callback_at),
    callback_decided_at: row.callback_decided_at ?? undefined,
  })) as unknown as (ReportedAttempt & { campaign_id: string })[]
  const suppressions = await db<{ company_id: string; phone_number: string }[]>`
    select company_id, phone_number from suppressions`
  const cancelledTasks = new Set([
    ...operator.cancelledTasks,
    ...attempts.flatMap(({ campaign_id, call_task_id }) =>
      operator.stoppedCampaigns.has(campaign_id) ? [call_task_id] : [],
    ),
  ])
  const suppressed = new Set(suppressions.map(numberKey))
  return checkReports(reports, attempts, { suppressed, cancelledTasks }, graceMs)
}
