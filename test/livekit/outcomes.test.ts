import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { breakerStep, rescueStep, settleStep } from '../../src/modules/dialing/index.ts'
import { CallStore } from '../../src/telephony/livekit/call-store.ts'
import type { Fault, Script } from '../setup/livekit/fake-livekit.ts'
import {
  after,
  answeringHuman,
  assertOneInvitePerCall,
  newDialer,
  noon,
  runCampaign,
  startCampaign,
  startLivekitWorld,
} from '../setup/livekit/livekit-world.ts'
import { freePort } from '../setup/ports.ts'

test('A contact is dialed through LiveKit, the agent reports turns and outcome, and the room is deleted', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, livekit, agents, carrier } = w
  const campaign = await startCampaign(w, [undefined], {
    caller_number: '+74951234567',
    max_call_duration_sec: 120,
  })
  await runCampaign(w, t, carrier)
  t.equal(livekit.invites.length, 1)
  t.match(livekit.invites[0], { number: campaign.numbers[0], from: '+74951234567' })
  t.equal(agents.fetchedBriefs, 1)
  const [call] = await campaign.callsNow()
  t.match(call, {
    status: 'completed',
    outcome: 'success',
    livekit_room_id: `call-${call.id}`,
    turn_count: 2,
  })
  t.match((await w.call('GET', `/api/calls/${call.id}/metrics`)).body, {
    ttfb_tts_avg: 100,
    user_turn_count: 1,
  })
  t.match(await campaign.tasksNow(), [{ status: 'completed', attempt_count: 1 }])
  t.equal(livekit.rooms.size, 0, 'no room is left')
  t.notOk(s.logLines.join('').includes(campaign.numbers[0] as string), 'no log line contains the number')
  t.match(await s.db.client`select state, is_cleared from livekit_calls`, [
    { state: 'ended', is_cleared: true },
  ])
})

test('LiveKit dials the digits of an extension after a pause, once the callee has answered', async (t) => {
  const w = await startLivekitWorld(t)
  const dial = async (phone_extension: string | null) => {
    const campaign = await startCampaign(w, [undefined])
    const [task] = await campaign.tasksNow()
    await w.call('PATCH', `/api/call-tasks/${task.id}`, { phone_extension })
    return campaign
  }
  const extended = await dial('102')
  await runCampaign(w, t, w.carrier)
  const plain = await dial(null)
  await runCampaign(w, t, w.carrier)
  const later = await dial('0044')
  await runCampaign(w, t, w.startCarrier({ extensionPauseSec: 2.5 }))
  t.same(
    w.livekit.invites.map(({ number, dtmf }) => [number, dtmf]),
    [
      [extended.numbers[0], 'ww102'],
      [plain.numbers[0], ''],
      [later.numbers[0], 'wwwww0044'],
    ],
    'w is a pause of half a second',
  )
  t.match(await extended.callsNow(), [
    { outcome: 'success', callee_number: `${extended.numbers[0]};ext=102` },
  ])
})

test('The SIP status decides the outcome, regardless of the HTTP status', async (t) => {
  const w = await startLivekitWorld(t)
  const cases: [
    fate: Script['fate'],
    outcome: string,
    taskStatus: string,
    attempts: number,
    reasonPhrase?: string,
  ][] = [
    [486, 'busy', 'retry', 1],
    [600, 'busy', 'retry', 1],
    [480, 'no_answer', 'retry', 1],
    [408, 'no_answer', 'retry', 1],
    [487, 'no_answer', 'retry', 1],
    ['no_answer', 'no_answer', 'retry', 1],
    [404, 'invalid_number', 'failed', 1],
    [410, 'invalid_number', 'failed', 1],
    [484, 'invalid_number', 'failed', 1],
    [485, 'invalid_number', 'failed', 1],
    [604, 'invalid_number', 'failed', 1],
    [603, 'declined', 'retry', 1],
    [607, 'blocked', 'failed', 1],
    [608, 'blocked', 'failed', 1],
    [400, 'carrier_error', 'retry', 0],
    [416, 'carrier_error', 'retry', 0],
    [420, 'carrier_error', 'retry', 0],
    [429, 'carrier_error', 'retry', 0],
    [482, 'carrier_error', 'retry', 0],
    [483, 'carrier_error', 'retry', 0],
    [491, 'carrier_error', 'retry', 0],
    [500, 'carrier_error', 'retry', 0],
    [502, 'carrier_error', 'retry', 0],
    [503, 'carrier_error', 'retry', 0],
    [503, 'no_capacity', 'retry', 0, 'CPS limit exceeded'],
    [504, 'carrier_error', 'retry', 0],
    [499, 'no_answer', 'retry', 1],
    [699, 'declined', 'retry', 1],
  ]
  for (const [fate, outcome, status, attempts, reasonPhrase] of cases) {
    const campaign = await startCampaign(w, [{ fate, ...(reasonPhrase && { reasonPhrase }) }])
    await runCampaign(w, t, w.carrier)
    const name = `${fate} ${reasonPhrase ?? ''} is ${outcome}`
    t.match(await campaign.tasksNow(), [{ outcome, status, attempt_count: attempts }], name)
    if (status === 'retry') t.equal((await campaign.state()).status, 'running', name)
    const [call] = await campaign.callsNow()
    t.match(call, { status: 'failed', outcome }, name)
    await w.call('POST', `${campaign.path}/stop`, {})
  }
  assertOneInvitePerCall(t, w)
  t.equal(w.livekit.invites.length, cases.length)
  t.equal(w.livekit.rooms.size, 0)
  const suppressed = (await w.call('GET', '/api/suppressions')).body.items
  t.equal(suppressed.length, 2, 'numbers that block calls are suppressed')
})

test('Faults of trunk, credentials and media pause the campaign with a reason and use up no attempt', async (t) => {
  const w = await startLivekitWorld(t)
  // LiveKit reports 401 and 407 without a status, after five attempts at the password, and a codec mismatch after the answer.
  const reasons: [Script['fate'], RegExp][] = [
    ...[402, 403, 415, 428, 433, 436, 437, 438, 488, 606].map((status): [number, RegExp] => [
      status,
      new RegExp(`SIP ${status}`),
    ]),
    [401, /rejects the credentials/],
    [407, /rejects the credentials/],
    ['no_password', /requires credentials/],
    ['no_codec', /rejects the media formats/],
  ]
  for (const [fate, status_reason] of reasons) {
    const campaign = await startCampaign(w, [{ fate }])
    await runCampaign(w, t, w.carrier)
    t.match(await campaign.state(), { status: 'paused', status_reason }, `${fate}`)
    t.match(await campaign.tasksNow(), [{ status: 'retry', outcome: 'carrier_error', attempt_count: 0 }])
  }
  for (const code of ['invalid_argument', 'not_found', 'permission_denied', 'unauthenticated']) {
    const how = { code, status: 400, msg: 'an error without a SIP status' }
    const campaign = await startCampaign(w, [{ fault: { when: 'before', how } }])
    await runCampaign(w, t, w.carrier)
    t.match(await campaign.state(), { status: 'paused', status_reason: new RegExp(code) }, code)
    t.match(await campaign.tasksNow(), [{ status: 'retry', attempt_count: 0 }])
  }
  const wrongSecret = w.startCarrier({ apiSecret: 'not-the-secret-of-this-project' })
  const campaign = await startCampaign(w, [undefined, undefined, undefined])
  await runCampaign(w, t, wrongSecret)
  t.match(await campaign.state(), { status: 'paused', status_reason: /unauthenticated/ }, 'wrong API secret')
  t.same(
    (await campaign.tasksNow()).map(({ attempt_count }: { attempt_count: number }) => attempt_count),
    [0, 0, 0],
  )
  t.equal(w.livekit.rooms.size, 0)
})

test('A campaign is paused when half of its numbers are invalid, and continues when fewer are', async (t) => {
  const w = await startLivekitWorld(t)
  const { s } = w
  const valid = Array.from({ length: 20 }, (): Partial<Script> => ({ ringMs: 1, talkMs: 1 }))
  const invalid = Array.from({ length: 30 }, (): Partial<Script> => ({ fate: 404, ringMs: 1 }))
  const mixed = await startCampaign(w, [...valid, ...invalid.slice(0, 11)])
  s.setNow(after(5))
  await runCampaign(w, t, w.carrier)
  t.equal(await breakerStep(s.db, after(6)), 0, '11 of 31')
  t.equal((await mixed.state()).status, 'running')
  await w.call('POST', `${mixed.path}/stop`, {})

  const campaign = await startCampaign(w, invalid, { max_concurrent_calls: 10 })
  s.setNow(after(10))
  const dialer = newDialer(w, t, w.carrier)
  await dialer.step(s.deps.now())
  await dialer.waitForDials()
  await w.livekit.waitUntilIdle()
  await settleStep(s.db, s.deps.now())
  t.equal(await breakerStep(s.db, after(11)), 1)
  t.match(await campaign.state(), { status: 'paused', status_reason: /^10 of the last 10 .* invalid_number/ })
  const waiting = (await campaign.tasksNow()).filter(({ status }: { status: string }) => status === 'pending')
  t.equal(waiting.length, 20)
  await w.call('POST', `${campaign.path}/resume`, {})
  t.equal(await breakerStep(s.db, after(12)), 0, 'a resume resets the count')
})

test('After an ambiguous error the call is looked up before the contact is dialed again', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, webhooks } = w
  webhooks.mode = 'lost'
  const ambiguousFaults: Fault['how'][] = [
    { code: 'unavailable', status: 503 },
    { code: 'internal', status: 500 },
    { code: 'deadline_exceeded', status: 408 },
    'cut',
  ]
  const dialOne = async (script: Partial<Script>) => {
    const campaign = await startCampaign(w, [script])
    const dialer = newDialer(w, t, w.carrier)
    t.equal(await dialer.step(s.deps.now()), 1)
    await dialer.waitForDials()
    return campaign
  }

  t.test(
    'A call that LiveKit does not know is lost after its ring timeout, and counts as an attempt',
    async (t) => {
      for (const how of ambiguousFaults) {
        const campaign = await dialOne({ fault: { when: 'before', how } })
        t.match(await campaign.callsNow(), [{ status: 'dialing' }])
        s.setNow(after(10))
        await rescueStep(s.db, w.carrier, 'w', after(10))
        t.match(
          await campaign.callsNow(),
          [{ status: 'dialing', outcome: null }],
          'the INVITE may still be on its way',
        )
        s.setNow(after(100))
        await rescueStep(s.db, w.carrier, 'w', after(100))
        await settleStep(s.db, after(100))
        t.match(await campaign.callsNow(), [{ status: 'failed', outcome: 'lost' }], JSON.stringify(how))
        t.match(await campaign.tasksNow(), [{ status: 'retry', attempt_count: 1 }])
        await w.call('POST', `${campaign.path}/stop`, {})
        s.setNow(noon)
      }
      t.equal(w.livekit.invites.length, 0)
    },
  )

  t.test('A call that was answered continues, and the contact is not dialed again', async (t) => {
    for (const how of ambiguousFaults) {
      const campaign = await dialOne({ talkMs: 100_000, fault: { when: 'after', how } })
      const [{ id }] = await campaign.callsNow()
      while (
        w.livekit.rooms.get(`call-${id}`)?.participants.get(`callee-${id}`)?.attributes['sip.callStatus'] !==
        'active'
      )
        await new Promise((resolve) => setTimeout(resolve, 2))
      s.setNow(after(10))
      await rescueStep(s.db, w.carrier, 'w', after(10))
      t.match(await campaign.callsNow(), [{ status: 'active', outcome: null }], JSON.stringify(how))
      w.livekit.hangUpCallee(`call-${id}`)
      await w.livekit.waitUntilIdle()
      await settleStep(s.db, after(10))
      t.match(await campaign.tasksNow(), [{ status: 'completed', outcome: 'success', attempt_count: 1 }])
      s.setNow(noon)
    }
    assertOneInvitePerCall(t, w)
  })

  t.test(
    'An unanswered call ends with the outcome in the webhook, or as lost when the webhook is lost',
    async (t) => {
      for (const [mode, outcome] of [
        ['lost', 'lost'],
        ['sent', 'no_answer'],
        ['repeated', 'no_answer'],
      ] as const) {
        webhooks.mode = mode
        const campaign = await dialOne({ fate: 'no_answer', fault: { when: 'after', how: 'cut' } })
        await w.livekit.waitUntilIdle()
        s.setNow(after(mode === 'lost' ? 100 : 60))
        await rescueStep(s.db, w.carrier, 'w', s.deps.now())
        await settleStep(s.db, s.deps.now())
        t.match(await campaign.tasksNow(), [{ status: 'retry', outcome, attempt_count: 1 }], mode)
        await w.call('POST', `${campaign.path}/stop`, {})
        s.setNow(noon)
      }
      assertOneInvitePerCall(t, w)
    },
  )

  t.test(
    'A call refused by a rate limit of LiveKit uses up no attempt, and one refused as failed_precondition uses up one',
    async (t) => {
      const limited = await dialOne({
        fault: { when: 'before', how: { code: 'resource_exhausted', status: 429 } },
      })
      const closed = await dialOne({
        fault: { when: 'before', how: { code: 'failed_precondition', status: 412 } },
      })
      await settleStep(s.db, noon)
      t.match(await limited.tasksNow(), [{ status: 'retry', outcome: 'no_capacity', attempt_count: 0 }])
      t.match(await closed.tasksNow(), [{ status: 'retry', outcome: 'lost', attempt_count: 1 }])
      for (const { path } of [limited, closed]) await w.call('POST', `${path}/stop`, {})
    },
  )

  t.test(
    'A call to which the trunk did not respond uses up no attempt, and a call to which it responded uses up one',
    async (t) => {
      const canceled = (responses: number) => ({
        when: 'before' as const,
        how: {
          code: 'canceled',
          status: 408,
          msg: `transaction failed to complete (${responses} intermediate responses)`,
        },
      })
      const silent = await dialOne({ fault: canceled(0) })
      const responded = await dialOne({ fault: canceled(2) })
      await settleStep(s.db, noon)
      t.match(await silent.tasksNow(), [{ outcome: 'carrier_error', attempt_count: 0 }])
      t.match(await responded.tasksNow(), [{ outcome: 'no_answer', attempt_count: 1 }])
      for (const { path } of [silent, responded]) await w.call('POST', `${path}/stop`, {})
    },
  )

  t.test(
    'While LiveKit cannot be reached, no contact is dialed, no attempt is used up, and live calls stay open',
    async (t) => {
      const campaign = await startCampaign(w, [undefined])
      const unreachable = w.startCarrier({ url: `http://127.0.0.1:${await freePort()}` })
      const dialer = newDialer(w, t, unreachable)
      await dialer.step(noon)
      await dialer.waitForDials()
      await settleStep(s.db, noon)
      t.match(await campaign.tasksNow(), [{ status: 'retry', outcome: 'carrier_error', attempt_count: 0 }])
      const { id: call_id } = (await campaign.callsNow())[0]
      t.match(
        await unreachable.lookup({ company_id: w.company.id, call_id }),
        { kind: 'unknown' },
        'the state of the call is in the database',
      )
      const inviting = { company_id: w.company.id, call_id: randomUUID() }
      const calls = new CallStore(s.db)
      await calls.reserve(inviting, noon)
      await calls.markInviting(inviting, after(45))
      t.match(await unreachable.lookup(inviting), { kind: 'unreachable', reason: 'ECONNREFUSED' })
    },
  )
})

test('No contact is called when no agent is ready', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, agents, livekit, errors } = w
  agents.isAway = true
  const carrier = w.startCarrier({ agentWaitMs: 50 })
  const campaign = await startCampaign(
    w,
    Array.from({ length: 6 }, () => undefined),
  )
  s.setNow(after(5))
  await runCampaign(w, t, carrier)
  t.equal(livekit.invites.length, 0)
  t.equal(livekit.rooms.size, 0)
  for (const task of await campaign.tasksNow())
    t.match(task, { status: 'retry', outcome: 'agent_error', attempt_count: 0 })
  t.match(
    (await campaign.callsNow())[0].ended_reason,
    /no agent took the call in 0.05 s: it was offered 1 time/,
  )
  const { reasons } = (await w.call('GET', `${campaign.path}/diagnostics`)).body
  t.match(
    reasons.find(({ code }: { code: string }) => code === 'recent_faults'),
    {
      detail: /^6 attempt.*120 s.*the latest with agent_error: no agent took the call in 0\.05 s/,
      contacts: null,
    },
  )
  t.equal(await breakerStep(s.db, after(6)), 1)
  t.match(await campaign.state(), { status: 'paused', status_reason: /agent_error/ })
  t.same(errors, [])
})

test('Hanging up ends a ringing and a live call, and succeeds for calls that are over or unknown', async (t) => {
  const w = await startLivekitWorld(t)
  const { livekit, company } = w
  w.agents.isSilent = true
  const ringing = { ...answeringHuman, ringMs: 100_000 }
  const talking = { ...answeringHuman, talkMs: 100_000 }
  for (const [name, script, state] of [
    ['ringing', ringing, 'ringing'],
    ['live', talking, 'active'],
  ] as const) {
    const campaign = await startCampaign(w, [script])
    const dialer = newDialer(w, t, w.carrier)
    await dialer.step(noon)
    const [{ id: call_id }] = await campaign.callsNow()
    const stateNow = () =>
      livekit.rooms.get(`call-${call_id}`)?.participants.get(`callee-${call_id}`)?.attributes[
        'sip.callStatus'
      ]
    while (stateNow() !== state) await new Promise((resolve) => setTimeout(resolve, 2))
    if (state === 'active') await dialer.waitForDials()
    t.equal(await w.carrier.hangUp({ company_id: company.id, call_id }), true, name)
    await dialer.waitForDials()
    await livekit.waitUntilIdle()
    await settleStep(w.s.db, after(20))
    t.match((await campaign.callsNow())[0], { outcome: 'cancelled', ended_reason: 'hung_up' }, name)
    t.equal(livekit.rooms.size, 0, name)
    t.equal(await w.carrier.hangUp({ company_id: company.id, call_id }), true, `${name}, repeated`)
  }
  t.equal(await w.carrier.hangUp({ company_id: company.id, call_id: randomUUID() }), true, 'an unknown call')
  const call = { company_id: company.id, call_id: randomUUID() }
  const unreachable = w.startCarrier({ url: `http://127.0.0.1:${await freePort()}` })
  t.equal(await unreachable.hangUp(call), false, 'LiveKit cannot be reached')
})
