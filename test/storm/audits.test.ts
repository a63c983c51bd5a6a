// The audits of a storm find a violation that was planted.
import { test } from 'tap'
import type { LateReport } from './late-agents.ts'
import { checkReports, type ReportedAttempt, type ReportFindings } from './report-audit.ts'
import { checkShares, type RunEvent, type StartedAttempt } from './shares-audit.ts'

const [company_id, call_task_id, phone_number] = ['company', 'task', '+447700900001']

/** A call that started and was dialed at this second. */
const attemptAt = (seconds: number, more: Partial<ReportedAttempt> = {}): ReportedAttempt => ({
  company_id,
  call_task_id,
  phone_number,
  call_id: `call at ${seconds}`,
  started: seconds * 1000,
  dialed: seconds * 1000 + 50,
  outcome: 'no_answer',
  callback_at: undefined,
  callback_decided_at: undefined,
  opt_out: null,
  ...more,
})

/** A report of the call at second 0, acknowledged at second 5. */
const reportOf = (fact: LateReport['fact'], callback_at?: number): LateReport => ({
  company_id,
  call_task_id,
  phone_number,
  call_id: 'call at 0',
  route: 'complete',
  age: 4_000,
  fact,
  callback_at,
  since: 5_000,
})

const suppressed = new Set([`${company_id} ${phone_number}`])
const check = (
  reports: LateReport[],
  attempts: ReportedAttempt[],
  excuses: { suppressed?: ReadonlySet<string>; cancelledTasks?: ReadonlySet<string> } = {},
): Partial<ReportFindings> => {
  const { wrong_report: _, ...found } = checkReports(
    reports,
    attempts,
    { suppressed: new Set(), cancelledTasks: new Set(), ...excuses },
    2_000,
  )
  return Object.fromEntries(
    Object.entries(found).filter(
      ([name, n]) => n > 0 && !['late_reports', 'opt_outs', 'callbacks'].includes(name),
    ),
  )
}
const afterGrace = { late_reports_after_grace: 1 }

test('The audit of opt-outs finds a call to the number, and a number that is not suppressed', (t) => {
  const optOut = reportOf('opt_out')
  const call = attemptAt(0, { opt_out: 'да' })
  t.same(check([optOut], [call, attemptAt(4)], { suppressed }), afterGrace)
  t.same(check([optOut], [call, attemptAt(6)], { suppressed }), { ...afterGrace, dialed_after_opt_out: 1 })
  const inProgress = attemptAt(4, { dialed: 5_500 })
  t.same(check([optOut], [call, inProgress], { suppressed }), afterGrace, 'a dial in progress goes on')
  t.same(check([optOut], [call, attemptAt(4, { dialed: 7_000 })], { suppressed }), {
    ...afterGrace,
    dialed_after_opt_out: 1,
  })
  const ofOtherTask = attemptAt(6, { call_task_id: 'another' })
  t.same(check([optOut], [call, ofOtherTask], { suppressed }), { ...afterGrace, dialed_after_opt_out: 1 })
  t.same(check([optOut], [call]), { ...afterGrace, opt_outs_not_suppressed: 1 })
  t.same(check([], [call]), { opt_outs_not_suppressed: 1 }, 'the agent of the call has reported it')
  t.same(check([], [attemptAt(0, { opt_out: 'no' })]), {})
  t.end()
})

test('The audit of callbacks finds one that was made too early, and one that was lost', (t) => {
  const callback = reportOf('callback', 20_000)
  const call = attemptAt(0, { outcome: 'callback', callback_at: 20_000 })
  t.same(check([callback], [call, attemptAt(20)]), afterGrace)
  t.same(check([callback], [call, attemptAt(19), attemptAt(25)]), {
    ...afterGrace,
    dialed_before_callback: 1,
  })
  t.same(check([callback], [call]), { ...afterGrace, callbacks_lost: 1 })
  t.same(check([callback], [call, attemptAt(3)]), { ...afterGrace, callbacks_lost: 1 })
  const conversation = attemptAt(3, { outcome: 'fail' })
  t.same(check([callback], [call, conversation]), afterGrace, 'a later conversation counts more')
  t.same(check([callback], [call], { cancelledTasks: new Set([call_task_id]) }), afterGrace)
  t.same(check([callback], [call], { suppressed }), afterGrace)
  const earlier = [-30, -20, -10].map((second) => attemptAt(second, { outcome: 'callback' }))
  t.same(check([callback], [...earlier, call]), afterGrace, 'no callback is left')
  const decided = { ...call, callback_decided_at: 5_000 }
  t.same(check([], [decided, attemptAt(19)]), { dialed_before_callback: 1, callbacks_lost: 1 })
  t.same(check([callback], [attemptAt(0, { outcome: 'success' })]), afterGrace, 'another report replaced it')
  t.end()
})

test('The audit of successes finds a contact who was called again', (t) => {
  const success = reportOf('success')
  const call = attemptAt(0, { outcome: 'success' })
  t.same(check([success], [call, attemptAt(4)]), afterGrace)
  t.same(check([success], [call, attemptAt(6)]), { ...afterGrace, dialed_after_success: 1 })
  t.end()
})

const weights = [1, 2, 5]
const campaigns = weights.map((weight) => ({ id: `weight ${weight}`, weight, contacts: 1_000 }))
const started: RunEvent[] = campaigns.map(({ id }) => ({ campaign_id: id, at: 0, runs: true }))

/** An attempt each 250 ms, with these weights in turn. */
const attemptsOf = (sequence: number[], count: number, contacts = Number.POSITIVE_INFINITY) =>
  Array.from({ length: count }, (_, i) => ({
    campaign_id: `weight ${sequence[i % sequence.length]}`,
    call_task_id: String(i % contacts),
    started: 1_000 + i * 250,
  }))
const inTurn = [5, 2, 5, 5, 1, 5, 2, 5]

const checkWrong = (events: RunEvent[], attempts: StartedAttempt[], until: number) => {
  const { wrong_shares, shared_attempts } = checkShares(campaigns, events, attempts, until)
  return { wrong_shares, shared_attempts }
}

test('The audit of shares finds campaigns that got more or less than their weights allow', (t) => {
  const until = 21_500
  t.same(checkWrong(started, attemptsOf(inTurn, 80), until), { wrong_shares: 0, shared_attempts: 80 })
  const starving = checkShares(campaigns, started, attemptsOf([5, 2, 5, 5, 5, 5, 2, 5], 80), until)
  t.match(starving, { wrong_shares: 3, wrong_share: /^0 and 20 of 80 attempts in 21 s for weights 1 and 2$/ })
  const equalShares = attemptsOf([1, 2, 5], 80)
  t.match(checkShares(campaigns, started, equalShares, until), { wrong_shares: 3 })
  t.match(
    checkShares(campaigns, started, equalShares, until, 5),
    { wrong_shares: 3 },
    'also after five faults',
  )
  t.match(checkShares(campaigns, started, attemptsOf(inTurn, 78), until, 1), { wrong_shares: 0 })
  t.end()
})

test('The audit of shares leaves out the time in which a campaign does not run, or has nobody to call', (t) => {
  const paused = { campaign_id: 'weight 1', at: 1_400, runs: false }
  const attempts = [
    ...attemptsOf([5], 40),
    ...attemptsOf(inTurn, 80).map((each) => ({ ...each, started: each.started + 20_000 })),
  ]
  const resumed = { campaign_id: 'weight 1', at: 20_000, runs: true }
  t.same(checkWrong([...started, paused, resumed], attempts, 41_500), {
    wrong_shares: 0,
    shared_attempts: 80,
  })
  t.match(checkShares(campaigns, started, attempts, 41_500), { wrong_shares: 2 })
  const few = campaigns.map((campaign) => ({ ...campaign, contacts: 8 }))
  const repeated = attemptsOf(inTurn, 80).concat(
    attemptsOf([5], 40).map((each) => ({ ...each, started: each.started + 20_000 })),
  )
  const numbered = repeated.map((each, i) => ({ ...each, call_task_id: `${each.campaign_id} ${i % 64}` }))
  t.equal(checkShares(few, started, numbered, 41_500).wrong_shares, 0)
  t.end()
})
