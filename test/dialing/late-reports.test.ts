// What is reported of a call after its attempt was settled still counts.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { readConfig } from '../../src/config.ts'
import { scheduleStep, settleStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, assertConsistent, DialingFixture, freshNumber } from './dialing-setup.ts'

const s = await startTestService(t)
const minutes = (n: number) => n * 60

interface Attempt {
  fixture: DialingFixture
  campaign_id: string
  call: DialRequest
}

/** A campaign of one contact, whose conversation has ended without a report and was settled as agent_error. */
async function silentAttempt(settings: object = {}): Promise<Attempt> {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1, settings)
  const [call] = (await fixture.dial()) as [DialRequest]
  fixture.setNow(after(5))
  await fixture.sendEvent(call, 'answered')
  fixture.setNow(after(60))
  await fixture.sendEvent(call, 'ended', { ended_reason: 'hang_up' })
  fixture.setNow(after(76))
  await fixture.settle()
  return { fixture, campaign_id, call }
}

const decisionsOf = async ({ fixture, call }: Attempt) => {
  const { items } = await fixture.request('GET', `/api/call-tasks/${call.call_task_id}/history`)
  return items.filter(({ kind }: { kind: string }) => kind === 'decision')
}
const rulesOf = async (attempt: Attempt) =>
  (await decisionsOf(attempt)).map(({ rule }: { rule: string }) => rule)

const suppressionsOf = async ({ company }: DialingFixture) => [
  ...(await s.db.orm.execute(
    sql`select phone_number, reason, source from suppressions where company_id = ${company.id}::uuid`,
  )),
]

/** The routes by which an outcome can arrive. */
const routes: Record<string, (attempt: Attempt, outcome: string) => Promise<unknown>> = {
  complete: ({ fixture, call }, outcome) =>
    fixture.request('POST', `/api/calls/${call.call_id}/complete`, { outcome }),
  telemetry: ({ fixture, call }, outcome) =>
    fixture.request('POST', '/api/telemetry', { completions: [{ call_id: call.call_id, outcome }] }),
  PATCH: ({ fixture, call }, outcome) => fixture.request('PATCH', `/api/calls/${call.call_id}`, { outcome }),
  metrics: ({ fixture, call }, outcome) =>
    fixture.request('PUT', `/api/calls/${call.call_id}/metrics`, { outcome }),
  carrier: ({ fixture, call }, outcome) => fixture.endCall(call, outcome as 'success'),
}

for (const [route, report] of Object.entries(routes)) {
  test(`A success that is reported after the grace period ends the contact: ${route}`, async (t) => {
    const attempt = await silentAttempt()
    const { fixture, campaign_id, call } = attempt
    t.match(await fixture.task(campaign_id), { status: 'retry', outcome: 'agent_error' })
    fixture.setNow(after(80))
    await report(attempt, 'success')
    t.match(await fixture.task(campaign_id), { status: 'in_progress' }, 'it is not dialed meanwhile')
    t.same(await fixture.dial(), [])
    t.equal(await fixture.settle(), 1)
    const task = await fixture.task(campaign_id)
    t.match(task, { status: 'completed', outcome: 'success', attempt_count: 1, next_attempt_at: null })
    t.same(task.outcome_counts, { success: 1 })
    t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), { completed_tasks: 1 })
    t.same(await rulesOf(attempt), ['agent_error_retry', 'late_report', 'reached'])
    await s.events.step()
    const { items } = await fixture.request('GET', '/api/events?limit=200')
    const types = items.map(({ type }: { type: string }) => type)
    t.ok(types.includes('task.completed'))
    await report(attempt, 'success')
    t.equal(await fixture.settle(), 0, 'a repeated report changes nothing')
    fixture.setNow(after(minutes(120)))
    t.same(await fixture.dial(), [])
    t.same(await rulesOf(attempt), ['agent_error_retry', 'late_report', 'reached'])
    t.equal(call.call_id, task.call_id)
    await assertConsistent(t, s.db, fixture.company.id)
  })
}

test('A callback that is reported late moves the retry to its time', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id, call } = attempt
  fixture.setNow(after(80))
  await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
    outcome: 'callback',
    collected_data: { callback_at: '2026-11-23T14:00:00Z' },
  })
  await fixture.settle()
  const at = after(minutes(120)).toISOString()
  t.match(await fixture.task(campaign_id), { status: 'retry', outcome: 'callback', next_attempt_at: at })
  await fixture.request('PATCH', `/api/calls/${call.call_id}`, {
    collected_data: { callback_at: '2026-11-23T15:00:00Z' },
  })
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { next_attempt_at: after(minutes(180)).toISOString() })
  t.match((await decisionsOf(attempt)).at(-1), { rule: 'callback', outcome: 'callback' })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A contact that was final is called again when a later report asks for it', async (t) => {
  const { fixture, campaign_id, call } = await silentAttempt()
  await routes.complete?.({ fixture, campaign_id, call }, 'success')
  await fixture.settle()
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), { completed_tasks: 1 })
  await fixture.request('PATCH', `/api/calls/${call.call_id}`, {
    outcome: 'callback',
    collected_data: { callback_at: '2026-11-23T14:00:00Z' },
  })
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), { completed_tasks: 0 })
  await fixture.settle()
  fixture.setNow(after(minutes(121)))
  t.match(await fixture.dial(), [{ call_task_id: call.call_task_id }])
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A completed campaign runs again when a late report asks for another call', async (t) => {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.sendEvent(call, 'answered')
  await fixture.endCall(call, 'voicemail')
  await fixture.settle()
  await scheduleStep(s.db, fixture.now)
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), { status: 'completed' })
  await routes.complete?.({ fixture, campaign_id, call }, 'success')
  await fixture.settle()
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), {
    status: 'completed',
    completed_tasks: 1,
    failed_tasks: 0,
  })
  await routes.PATCH?.({ fixture, campaign_id, call }, 'callback')
  await fixture.settle()
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), {
    status: 'running',
    status_reason: null,
    ended_at: null,
    completed_tasks: 0,
  })
  const { items } = await fixture.request('GET', `/api/campaigns/${campaign_id}/log`)
  t.match(items[0], { event: 'resumed', detail: /a report came late/ })
  fixture.setNow(after(minutes(31)))
  await scheduleStep(s.db, fixture.now)
  t.match(await fixture.dial(), [{ call_task_id: call.call_task_id }])
  await assertConsistent(t, s.db, fixture.company.id)
})

/** The contact of a silent attempt is called again; returns the second call, which rings. */
async function redial({ fixture }: Attempt): Promise<DialRequest> {
  fixture.setNow(after(minutes(32)))
  const [second] = await fixture.dial()
  if (second === undefined) throw new Error('the contact was not dialed again')
  return second
}

test('A success that is reported while the contact is called again ends it when nobody is reached', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id } = attempt
  const second = await redial(attempt)
  await routes.complete?.(attempt, 'success')
  t.match(await fixture.task(campaign_id), { status: 'in_progress', call_id: second.call_id })
  t.match((await decisionsOf(attempt)).at(-1), {
    rule: 'late_report',
    outcome: 'success',
    status: 'in_progress',
  })
  await routes.complete?.(attempt, 'success')
  await fixture.endCall(second, 'no_answer')
  await fixture.settle()
  const task = await fixture.task(campaign_id)
  t.match(task, { status: 'completed', attempt_count: 2 })
  t.same(task.outcome_counts, { success: 1, no_answer: 1 })
  t.same(await rulesOf(attempt), ['agent_error_retry', 'late_report', 'reached'])
  fixture.setNow(after(minutes(240)))
  t.same(await fixture.dial(), [])
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A callback that is reported while the contact is called again decides when the next attempt is', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id, call } = attempt
  const second = await redial(attempt)
  await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
    outcome: 'callback',
    collected_data: { callback_at: '2026-11-23T15:00:00Z' },
  })
  await fixture.endCall(second, 'busy')
  await fixture.settle()
  t.match(await fixture.task(campaign_id), {
    status: 'retry',
    next_attempt_at: after(minutes(180)).toISOString(),
  })
})

test('What the contact says in the later conversation counts more than a late report of the earlier one', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id } = attempt
  const second = await redial(attempt)
  await routes.complete?.(attempt, 'callback')
  await fixture.sendEvent(second, 'answered')
  await fixture.request('POST', `/api/calls/${second.call_id}/complete`, { outcome: 'fail' })
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'completed', outcome: 'fail' })
})

test('A late report does not change what a user has decided about the contact since', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id, call } = attempt
  const setStatus = (status: string) =>
    fixture.request('PATCH', `/api/call-tasks/${call.call_task_id}`, { status })
  await setStatus('cancelled')
  await routes.complete?.(attempt, 'callback')
  t.equal(await fixture.settle(), 0)
  t.match(await fixture.task(campaign_id), { status: 'cancelled', outcome: 'callback' })
  t.same(await rulesOf(attempt), ['agent_error_retry', 'cancelled_by_user', 'late_report'])
  await setStatus('pending')
  await routes.PATCH?.(attempt, 'success')
  t.equal(await fixture.settle(), 0)
  t.match(await fixture.task(campaign_id), { status: 'pending' })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A late report of the carrier fills in what its first one lacked', async (t) => {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'lost', { ended_reason: 'the carrier could not be reached' })
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'retry', outcome: 'lost' })
  await fixture.endCall(call, 'invalid_number', { ended_reason: '404' })
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'failed', outcome: 'invalid_number' })
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}`), { failed_tasks: 1 })
  await fixture.endCall(call, 'lost')
  t.equal(await fixture.settle(), 0, 'lost replaces nothing')
})

test('The outcome of the agent counts more than that of the carrier, and a correction more, in any order', async (t) => {
  const sources = ['carrier', 'complete', 'PATCH'] as const
  const outcomeOf = { carrier: 'voicemail', complete: 'fail', PATCH: 'success' } as const
  for (const first of sources) {
    for (const second of sources.filter((source) => source !== first)) {
      const attempt = await silentAttempt()
      await routes[first]?.(attempt, outcomeOf[first])
      await routes[second]?.(attempt, outcomeOf[second])
      const strongest = sources[Math.max(sources.indexOf(first), sources.indexOf(second))] ?? 'PATCH'
      const { outcome } = await attempt.fixture.request('GET', `/api/calls/${attempt.call.call_id}`)
      t.equal(outcome, outcomeOf[strongest], `${first}, ${second}`)
    }
  }
})

test('An opt-out suppresses the number at once, whatever its route and its words', async (t) => {
  const values = [true, 'true', 'TRUE', 'yes', 'Yes.', 1, '1', 'да', 'Да!']
  for (const [i, opt_out] of values.entries()) {
    const attempt = await silentAttempt()
    const { fixture, call } = attempt
    const body = { collected_data: { opt_out } }
    if (i % 2 === 0) await fixture.request('PATCH', `/api/calls/${call.call_id}`, body)
    else
      await fixture.request('POST', '/api/telemetry', { completions: [{ call_id: call.call_id, ...body }] })
    t.match(
      await suppressionsOf(fixture),
      [{ phone_number: call.phone_number, reason: 'opt_out', source: 'call' }],
      JSON.stringify(opt_out),
    )
    fixture.setNow(after(minutes(120)))
    t.same(await fixture.dial(), [], 'the contact is not called again')
    t.match(await fixture.task(attempt.campaign_id), { status: 'skipped', outcome: 'suppressed' })
  }
  for (const opt_out of [false, 'no', 0, 'нет', null, '']) {
    const { fixture, call } = await silentAttempt()
    await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
      outcome: 'callback',
      collected_data: { opt_out },
    })
    t.same(await suppressionsOf(fixture), [], JSON.stringify(opt_out))
  }
})

test('An opt-out ends the waiting contacts of every campaign of the company', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, call } = attempt
  const other = await fixture.startCampaign([{ phone_number: call.phone_number }])
  await fixture.request('PATCH', `/api/calls/${call.call_id}`, { collected_data: { opt_out: 'yes' } })
  t.same(await fixture.dial(), [])
  t.match(await fixture.task(other), { status: 'skipped', outcome: 'suppressed' })
})

test('An opt-out counts in inbound calls and in calls that an agent has created', async (t) => {
  const fixture = await DialingFixture.create(s)
  const create = (body: object) => fixture.request('POST', '/api/calls', body)
  const [caller, callee, live] = [freshNumber(), freshNumber(), freshNumber()]
  const inbound = await create({ direction: 'inbound', caller_number: caller, callee_number: '+74951234567' })
  const outbound = await create({ direction: 'outbound', callee_number: callee })
  const stillLive = await create({ direction: 'inbound', caller_number: live })
  const body = { outcome: 'fail', collected_data: { opt_out: 'true' } }
  await fixture.request('POST', `/api/calls/${inbound.id}/complete`, body)
  await fixture.request('POST', `/api/calls/${outbound.id}/complete`, body)
  await fixture.request('PATCH', `/api/calls/${stillLive.id}`, { collected_data: { opt_out: true } })
  t.same(
    (await suppressionsOf(fixture)).map(({ phone_number }) => phone_number).sort(),
    [caller, callee, live].sort(),
  )
  const anonymous = await create({ direction: 'inbound', caller_number: 'anonymous' })
  const completed = await fixture.request('POST', `/api/calls/${anonymous.id}/complete`, body)
  t.match(completed.warnings, [{ field: 'collected_data.opt_out', code: 'no_contact_number' }])
})

test('An opt-out and a callback in separate reports are both kept, in either order', async (t) => {
  for (const isPatchFirst of [true, false]) {
    const attempt = await silentAttempt()
    const { fixture, call } = attempt
    const patch = () =>
      fixture.request('PATCH', `/api/calls/${call.call_id}`, { collected_data: { opt_out: 'yes' } })
    const complete = () =>
      fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
        outcome: 'callback',
        collected_data: { callback_at: '2026-11-23T14:00:00Z' },
      })
    await (isPatchFirst ? patch() : complete())
    await (isPatchFirst ? complete() : patch())
    t.match(await fixture.request('GET', `/api/calls/${call.call_id}`), {
      collected_data: { opt_out: 'yes', callback_at: '2026-11-23T14:00:00Z' },
    })
    t.match(await suppressionsOf(fixture), [{ reason: 'opt_out' }])
  }
})

test('No retry after an answered call starts before the agent had time to report', async (t) => {
  const fixture = await DialingFixture.create(s)
  const retry_policy = { voicemail: { max: 3, delays_minutes: [0] } }
  const id = await fixture.startCampaign(2, { retry_policy })
  const [reported, unreported] = (await fixture.dial()) as [DialRequest, DialRequest]
  for (const call of [reported, unreported]) await fixture.sendEvent(call, 'answered')
  await fixture.request('POST', `/api/calls/${reported.call_id}/complete`, { outcome: 'voicemail' })
  await fixture.endCall(unreported, 'voicemail')
  await settleStep(s.db, fixture.now, undefined, 40_000)
  const tasks = await fixture.tasks(id)
  const nextOf = ({ call_id }: DialRequest) =>
    tasks.find((task: { call_id: string }) => task.call_id === call_id).next_attempt_at
  t.equal(nextOf(reported), after(0).toISOString())
  t.equal(nextOf(unreported), after(40).toISOString())
})

test('The time for the report is longer with real carriers, and can be set', (t) => {
  const base = { DATABASE_URL: 'postgres://localhost/x', CARRIER_URL: 'http://localhost/' }
  const secret = { CARRIER_SECRET: 'a-secret-of-carriers-for-tests' }
  const graceOf = (env: object) => readConfig({ ...base, ...secret, ...env }).reportGraceMs
  t.equal(graceOf({ CARRIER: 'simulated' }), 15_000)
  t.equal(graceOf({ CARRIER: 'webhook' }), 60_000)
  t.equal(graceOf({ CARRIER: 'webhook', AGENT_REPORT_GRACE_SEC: '5' }), 5_000)
  t.throws(() => graceOf({ AGENT_REPORT_GRACE_SEC: '-1' }), /AGENT_REPORT_GRACE_SEC must be/)
  t.end()
})

test('A callback time that cannot be used is shown to the agent, in history, diagnostics and an event', async (t) => {
  const cases = [
    ['when the moon is full', 'unreadable_callback', 'callback_unreadable'],
    ['9999-12-31', 'callback_out_of_range', 'callback_out_of_range'],
    ['2025-11-23T12:00:00Z', 'callback_out_of_range', 'callback_out_of_range'],
  ] as const
  for (const [callback_at, code, rule] of cases) {
    const attempt = await silentAttempt()
    const { fixture, campaign_id, call } = attempt
    const { warnings } = await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
      outcome: 'callback',
      collected_data: { callback_at },
    })
    t.match(warnings, [{ field: 'collected_data.callback_at', value: callback_at, code }])
    await fixture.settle()
    t.match(await fixture.task(campaign_id), {
      status: 'retry',
      next_attempt_at: after(60 + minutes(30)).toISOString(),
    })
    t.match((await decisionsOf(attempt)).at(-1), { rule, detail: /retry after 30 min/ })
    const { reasons } = await fixture.request('GET', `/api/campaigns/${campaign_id}/diagnostics`)
    t.match(
      reasons.find(({ code }: { code: string }) => code === 'callback_time_unusable'),
      { contacts: 1 },
    )
    await s.events.step()
    const { items } = await fixture.request('GET', '/api/events?limit=200')
    t.ok(items.some(({ data }: { data: { rule?: string } }) => data.rule === rule))
  }
})

type Reporter = (attempt: Attempt, collected_data: object) => Promise<{ warnings: { code: string }[] }>
/** The routes by which an agent can report what it has collected; each returns its response with the warnings. */
const dataRoutes: Record<string, Reporter> = {
  complete: ({ fixture, call }, collected_data) =>
    fixture.request('POST', `/api/calls/${call.call_id}/complete`, { outcome: 'fail', collected_data }),
  telemetry: async ({ fixture, call }, collected_data) => {
    const completions = [{ call_id: call.call_id, outcome: 'fail', collected_data }]
    return (await fixture.request('POST', '/api/telemetry', { completions })).completions
  },
  PATCH: ({ fixture, call }, collected_data) =>
    fixture.request('PATCH', `/api/calls/${call.call_id}`, { outcome: 'fail', collected_data }),
  PUT: ({ fixture, call }, collected_data) =>
    fixture.request('PUT', `/api/calls/${call.call_id}`, { outcome: 'fail', collected_data }),
}

for (const [route, report] of Object.entries(dataRoutes)) {
  test(`An opt-out that is neither yes nor no is shown to the agent, in history, diagnostics and an event: ${route}`, async (t) => {
    const attempt = await silentAttempt()
    const { fixture, campaign_id } = attempt
    const unclearContacts = async () => {
      const { reasons } = await fixture.request('GET', `/api/campaigns/${campaign_id}/diagnostics`)
      return reasons.find(({ code }: { code: string }) => code === 'opt_out_unreadable')?.contacts ?? 0
    }
    const isUnclear = ({ rule }: { rule: string }) => rule === 'opt_out_unreadable'
    t.equal(await unclearContacts(), 0)
    t.match((await report(attempt, { opt_out: 'perhaps' })).warnings, [
      { field: 'collected_data.opt_out', value: 'perhaps', code: 'unreadable_opt_out' },
    ])
    await fixture.settle()
    await report(attempt, { opt_out: 'perhaps' })
    t.match((await decisionsOf(attempt)).filter(isUnclear), [
      { detail: /opt_out in collected_data is neither yes nor no/, call_id: attempt.call.call_id },
    ])
    t.equal(await unclearContacts(), 1, 'also when the contact is done')
    t.match(await fixture.task(campaign_id), { status: 'completed', outcome: 'fail' })
    t.same(await suppressionsOf(fixture), [])
    await s.events.step()
    const { items } = await fixture.request('GET', '/api/events?limit=200')
    const events = items.filter(({ data }: { data: { rule: string } }) => isUnclear(data))
    t.match(events, [
      {
        type: 'task.updated',
        call_task_id: attempt.call.call_task_id,
        data: { detail: /neither yes nor no/ },
      },
    ])
    await report(attempt, { opt_out: 'yes' })
    t.equal(await unclearContacts(), 0, 'the number is suppressed now')
    await assertConsistent(t, s.db, fixture.company.id)
  })
}

test('An opt-out that cannot be read does not hide a late report, and one that is corrected to no is clear', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id, call } = attempt
  const patch = (body: object) => fixture.request('PATCH', `/api/calls/${call.call_id}`, body)
  await patch({ collected_data: { opt_out: { asked: true } } })
  t.match(await fixture.request('GET', `/api/campaigns/${campaign_id}/diagnostics`), {
    reasons: [{ code: 'not_due' }, { code: 'opt_out_unreadable', contacts: 1 }, { code: 'recent_faults' }],
  })
  await patch({ outcome: 'success', collected_data: { opt_out: 'no' } })
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'completed', outcome: 'success' })
  const { reasons } = await fixture.request('GET', `/api/campaigns/${campaign_id}/diagnostics`)
  t.notOk(reasons.some(({ code }: { code: string }) => code === 'opt_out_unreadable'))
})

test('Every route returns a warning for a callback time that cannot be used', async (t) => {
  const expected = [
    { field: 'collected_data.callback_at', value: 'when the moon is full', code: 'unreadable_callback' },
  ]
  const body = { outcome: 'callback', collected_data: { callback_at: 'when the moon is full' } }
  for (const method of ['PATCH', 'PUT']) {
    const { fixture, call } = await silentAttempt()
    const { warnings, outcome } = await fixture.request(method, `/api/calls/${call.call_id}`, body)
    t.match({ warnings, outcome }, { warnings: expected, outcome: 'callback' })
    t.same((await fixture.request('PATCH', `/api/calls/${call.call_id}`, {})).warnings, [])
  }
  const { fixture, call } = await silentAttempt()
  await fixture.request('PATCH', `/api/calls/${call.call_id}`, { collected_data: body.collected_data })
  const metrics = { outcome: 'callback', outcome_reason: 'Later\u0000' }
  t.match(await fixture.request('PUT', `/api/calls/${call.call_id}/metrics`, metrics), {
    outcome: 'callback',
    outcome_reason: 'Later\ufffd',
    warnings: [{ field: 'outcome_reason', value: null, code: 'unstorable_text' }, ...expected],
  })
  const changed = await fixture.request('PATCH', `/api/calls/${call.call_id}`, {
    ended_reason: 'half \ud83d',
  })
  t.match(changed, { ended_reason: 'half \ufffd', warnings: [{ field: 'ended_reason' }] })
  const completed = await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
    collected_data: { note: 'a\u0000b' },
  })
  t.match(completed.warnings, [{ field: 'collected_data', code: 'unstorable_text' }])
})

test('A callback time that cannot be used counts in the diagnostics when it was reported during the next call', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id, call } = attempt
  const second = await redial(attempt)
  await fixture.request('PATCH', `/api/calls/${call.call_id}`, {
    outcome: 'callback',
    collected_data: { callback_at: 'when the moon is full' },
  })
  await fixture.endCall(second, 'no_answer')
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'retry', outcome: 'no_answer' })
  t.match((await decisionsOf(attempt)).at(-1), { rule: 'callback_unreadable' })
  const { reasons } = await fixture.request('GET', `/api/campaigns/${campaign_id}/diagnostics`)
  t.match(
    reasons.find(({ code }: { code: string }) => code === 'callback_time_unusable'),
    { contacts: 1 },
  )
})

test('Several late reports do not change what a user has decided about the contact since', async (t) => {
  const attempt = await silentAttempt()
  const { fixture, campaign_id, call } = attempt
  await fixture.request('PATCH', `/api/call-tasks/${call.call_task_id}`, { status: 'cancelled' })
  for (const outcome of ['callback', 'success', 'callback']) {
    await routes.PATCH?.(attempt, outcome)
    t.equal(await fixture.settle(), 0)
    t.match(await fixture.task(campaign_id), { status: 'cancelled', outcome })
  }
})

test('A contact whose number did not exist goes on with its next number when the attempt is decided again', async (t) => {
  const fixture = await DialingFixture.create(s)
  const [first, second] = [freshNumber(), freshNumber()]
  const contact = {
    phone_number: first,
    further_numbers: [{ phone_number: second, phone_extension: null }],
  }
  const id = await fixture.startCampaign([contact])
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'invalid_number')
  await fixture.settle()
  t.match(await fixture.task(id), { phone_number: second, further_numbers: [] })
  for (const outcome of ['no_answer', 'invalid_number']) {
    await fixture.request('PATCH', `/api/calls/${call.call_id}`, { outcome })
    t.equal(await fixture.settle(), 1)
    t.match(await fixture.task(id), { status: 'retry', outcome, phone_number: second })
  }
  fixture.setNow(after(1))
  t.match(await fixture.dial(), [{ phone_number: second }])
  await assertConsistent(t, s.db, fixture.company.id)
})
