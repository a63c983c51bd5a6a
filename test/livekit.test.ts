import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { DisconnectReason, ParticipantInfo, ParticipantInfo_Kind } from '@livekit/protocol'
import { type Test, test } from 'tap'
import { asOwner } from '../src/db/transaction.ts'
import { createCallToken } from '../src/modules/briefs/index.ts'
import { breakerStep, canStillDial, rescueStep, settleStep } from '../src/modules/dialing/index.ts'
import { CallStore } from '../src/telephony/livekit/call-store.ts'
import type { LivekitOptions } from '../src/telephony/livekit/livekit-carrier.ts'
import { checkProject } from '../src/telephony/livekit/project-check.ts'
import { roomName } from '../src/telephony/livekit/rooms.ts'
import { FakeLivekit, type Fault, type Script } from './setup/fake-livekit.ts'
import {
  after,
  answeringHuman,
  assertOneInvitePerCall,
  newDialer,
  noon,
  runCampaign,
  startCampaign,
  startLivekitWorld,
} from './setup/livekit-world.ts'
import { freePort } from './setup/ports.ts'
import { programArgs } from './setup/programs.ts'

const never = () => new Promise<never>(() => undefined)

test('a campaign through LiveKit: dialed, spoken, told, over', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, call, livekit, agents, carrier } = w
  const c = await startCampaign(w, [undefined], { caller_number: '+74951234567', max_call_duration_sec: 120 })
  await runCampaign(w, t, carrier)
  t.equal(livekit.invites.length, 1)
  t.match(livekit.invites[0], { number: c.numbers[0], from: '+74951234567' })
  t.equal(agents.briefs, 1)
  const [made] = await c.callsNow()
  t.match(made, {
    status: 'completed',
    outcome: 'success',
    livekit_room_id: `call-${made.id}`,
    turn_count: 2,
  })
  t.match((await call('GET', `/api/calls/${made.id}/metrics`)).body, {
    ttfb_tts_avg: 100,
    user_turn_count: 1,
  })
  t.match(await c.tasksNow(), [{ status: 'completed', attempt_count: 1 }])
  t.equal(livekit.rooms.size, 0, 'no room is left')
  t.notOk(s.logLines.join('').includes(c.numbers[0] as string), 'no log has the number')
  t.match(await s.db.client`select state, is_cleared from livekit_calls`, [
    { state: 'ended', is_cleared: true },
  ])
})

test('SIP statuses are outcomes, by the status and never by HTTP', async (t) => {
  const w = await startLivekitWorld(t)
  const rows: [Script['fate'], string, string, number, Record<string, string>?][] = [
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
    [603, 'blocked', 'failed', 1, { 'sip.h.X-Twilio-Error': '32203 blocked' }],
    [607, 'blocked', 'failed', 1],
    [608, 'blocked', 'failed', 1],
    [429, 'carrier_error', 'retry', 0],
    [491, 'carrier_error', 'retry', 0],
    [500, 'carrier_error', 'retry', 0],
    [502, 'carrier_error', 'retry', 0],
    [503, 'carrier_error', 'retry', 0],
    [503, 'no_capacity', 'retry', 0, { error_details: 'cps limit exceeded' }],
    [504, 'carrier_error', 'retry', 0],
    [489, 'no_answer', 'retry', 1],
    [699, 'declined', 'retry', 1],
  ]
  for (const [fate, outcome, status, attempts, meta] of rows) {
    const c = await startCampaign(w, [{ fate, ...(meta && { meta }) }])
    await runCampaign(w, t, w.carrier)
    const name = `${fate}${meta ? ` ${Object.values(meta)}` : ''} is ${outcome}`
    t.match(await c.tasksNow(), [{ outcome, status, attempt_count: attempts }], name)
    t.equal((await c.state()).status, status === 'retry' ? 'running' : (await c.state()).status, name)
    const [made] = await c.callsNow()
    t.match(made, { status: 'failed', outcome }, name)
    await w.call('POST', `${c.path}/stop`, {})
  }
  assertOneInvitePerCall(t, w)
  t.equal(w.livekit.invites.length, rows.length)
  t.equal(w.livekit.rooms.size, 0)
  const suppressed = (await w.call('GET', '/api/suppressions')).body.items
  t.equal(suppressed.length, 3, 'who wants no calls is called no more')
})

test('faults of trunk, credentials and media stop the campaign with a reason, and burn nothing', async (t) => {
  const w = await startLivekitWorld(t)
  for (const status of [401, 402, 403, 407, 415, 428, 433, 436, 437, 438, 488, 606]) {
    const c = await startCampaign(w, [{ fate: status }])
    await runCampaign(w, t, w.carrier)
    t.match(
      await c.state(),
      { status: 'paused', status_reason: new RegExp(`SIP ${status}`) },
      `SIP ${status}`,
    )
    t.match(await c.tasksNow(), [{ status: 'retry', outcome: 'carrier_error', attempt_count: 0 }])
  }
  for (const code of ['invalid_argument', 'not_found', 'permission_denied', 'unauthenticated']) {
    const how = { code, status: 400, msg: 'told without a SIP status' }
    const c = await startCampaign(w, [{ fault: { when: 'before', how } }])
    await runCampaign(w, t, w.carrier)
    t.match(await c.state(), { status: 'paused', status_reason: new RegExp(code) }, code)
    t.match(await c.tasksNow(), [{ status: 'retry', attempt_count: 0 }])
  }
  const wrong = w.process({ apiSecret: 'not-the-secret-of-this-project' })
  const c = await startCampaign(w, [undefined, undefined, undefined])
  await runCampaign(w, t, wrong)
  t.match(await c.state(), { status: 'paused', status_reason: /unauthenticated/ }, 'keys that are wrong')
  t.same(
    (await c.tasksNow()).map(({ attempt_count }: { attempt_count: number }) => attempt_count),
    [0, 0, 0],
  )
  t.equal(w.livekit.rooms.size, 0)
})

test('a trunk that knows no number stops the campaign before its list is burned; a list with bad numbers goes on', async (t) => {
  const w = await startLivekitWorld(t)
  const { s } = w
  const known = Array.from({ length: 20 }, (): Partial<Script> => ({ ringMs: 1, talkMs: 1 }))
  const unknown = Array.from({ length: 30 }, (): Partial<Script> => ({ fate: 404, ringMs: 1 }))
  const mixed = await startCampaign(w, [...known, ...unknown.slice(0, 11)])
  s.setNow(after(5))
  await runCampaign(w, t, w.carrier)
  t.equal(await breakerStep(s.db, after(6)), 0, '11 of 31')
  t.equal((await mixed.state()).status, 'running')
  await w.call('POST', `${mixed.path}/stop`, {})

  const c = await startCampaign(w, unknown, { max_concurrent_calls: 10 })
  s.setNow(after(10))
  const dialer = newDialer(w, t, w.carrier)
  await dialer.step(s.deps.now())
  await dialer.waitForDials()
  await w.livekit.waitUntilIdle()
  await settleStep(s.db, s.deps.now())
  t.equal(await breakerStep(s.db, after(11)), 1)
  t.match(await c.state(), { status: 'paused', status_reason: /^10 of the last 10 .* invalid_number/ })
  const left = (await c.tasksNow()).filter(({ status }: { status: string }) => status === 'pending')
  t.equal(left.length, 20)
  await w.call('POST', `${c.path}/resume`, {})
  t.equal(await breakerStep(s.db, after(12)), 0, 'resumed, it counts anew')
})

test('what leaves open whether a telephone rings is looked for before anything is dialed again', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, webhooks } = w
  webhooks.mode = 'lost'
  const unclear: Fault['how'][] = [
    { code: 'unavailable', status: 503 },
    { code: 'internal', status: 500 },
    { code: 'deadline_exceeded', status: 408 },
    'cut',
  ]
  const dialOne = async (script: Partial<Script>) => {
    const c = await startCampaign(w, [script])
    const dialer = newDialer(w, t, w.carrier)
    t.equal(await dialer.step(s.deps.now()), 1)
    await dialer.waitForDials()
    return c
  }

  t.test(
    'nothing was sent: it is lost after the time it could have rung, and its attempt counts',
    async (t) => {
      for (const how of unclear) {
        const c = await dialOne({ fault: { when: 'before', how } })
        t.match(await c.callsNow(), [{ status: 'dialing' }])
        s.setNow(after(10))
        await rescueStep(s.db, w.carrier, 'w', after(10))
        t.match(await c.callsNow(), [{ status: 'dialing', outcome: null }], 'it may yet come')
        s.setNow(after(100))
        await rescueStep(s.db, w.carrier, 'w', after(100))
        await settleStep(s.db, after(100))
        t.match(await c.callsNow(), [{ status: 'failed', outcome: 'lost' }], JSON.stringify(how))
        t.match(await c.tasksNow(), [{ status: 'retry', attempt_count: 1 }])
        await w.call('POST', `${c.path}/stop`, {})
        s.setNow(noon)
      }
      t.equal(w.livekit.invites.length, 0)
    },
  )

  t.test('it was sent, and somebody talks: the call goes on, and nobody is dialed again', async (t) => {
    for (const how of unclear) {
      const c = await dialOne({ talkMs: 100_000, fault: { when: 'after', how } })
      const [{ id }] = await c.callsNow()
      while (
        w.livekit.rooms.get(`call-${id}`)?.participants.get(`callee-${id}`)?.attributes['sip.callStatus'] !==
        'active'
      )
        await new Promise((resolve) => setTimeout(resolve, 2))
      s.setNow(after(10))
      await rescueStep(s.db, w.carrier, 'w', after(10))
      t.match(await c.callsNow(), [{ status: 'active', outcome: null }], JSON.stringify(how))
      w.livekit.hangUpCallee(`call-${id}`)
      await w.livekit.waitUntilIdle()
      await settleStep(s.db, after(10))
      t.match(await c.tasksNow(), [{ status: 'completed', outcome: 'success', attempt_count: 1 }])
      s.setNow(noon)
    }
    assertOneInvitePerCall(t, w)
  })

  t.test(
    'it was sent, and nobody answered: a lost webhook is made up for, one that came says how',
    async (t) => {
      for (const [mode, outcome] of [
        ['lost', 'lost'],
        ['sent', 'no_answer'],
        ['doubled', 'no_answer'],
      ] as const) {
        webhooks.mode = mode
        const c = await dialOne({ fate: 'no_answer', fault: { when: 'after', how: 'cut' } })
        await w.livekit.waitUntilIdle()
        s.setNow(after(mode === 'lost' ? 100 : 60))
        await rescueStep(s.db, w.carrier, 'w', s.deps.now())
        await settleStep(s.db, s.deps.now())
        t.match(await c.tasksNow(), [{ status: 'retry', outcome, attempt_count: 1 }], mode)
        await w.call('POST', `${c.path}/stop`, {})
        s.setNow(noon)
      }
      assertOneInvitePerCall(t, w)
    },
  )

  t.test('the limit of its API is nobody’s fault; a closed leg counts', async (t) => {
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
  })

  t.test('the trunk says nothing at all: no attempt is burned; it said something: one is', async (t) => {
    const canceled = (responses: number) => ({
      when: 'before' as const,
      how: {
        ...{ code: 'canceled', status: 408 },
        msg: `transaction failed to complete (${responses} intermediate responses)`,
      },
    })
    const silent = await dialOne({ fault: canceled(0) })
    const rang = await dialOne({ fault: canceled(2) })
    await settleStep(s.db, noon)
    t.match(await silent.tasksNow(), [{ outcome: 'carrier_error', attempt_count: 0 }])
    t.match(await rang.tasksNow(), [{ outcome: 'no_answer', attempt_count: 1 }])
    for (const { path } of [silent, rang]) await w.call('POST', `${path}/stop`, {})
  })

  t.test('LiveKit cannot be reached: nothing is dialed, burned or thought over', async (t) => {
    const c = await startCampaign(w, [undefined])
    const away = w.process({ url: `http://127.0.0.1:${await freePort()}` })
    const dialer = newDialer(w, t, away)
    await dialer.step(noon)
    await dialer.waitForDials()
    await settleStep(s.db, noon)
    t.match(await c.tasksNow(), [{ status: 'retry', outcome: 'carrier_error', attempt_count: 0 }])
    const { id: call_id } = (await c.callsNow())[0]
    t.match(await away.lookup({ company_id: w.company.id, call_id }), { kind: 'unknown' }, 'the book knows')
    const going = { company_id: w.company.id, call_id: randomUUID() }
    const book = new CallStore(s.db)
    await book.reserve(going, noon)
    await book.markInviting(going, after(45))
    t.match(await away.lookup(going), { kind: 'unreachable', reason: 'ECONNREFUSED' })
  })
})

test('a process that dies between any two steps leaves no second INVITE and no room', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, webhooks, livekit } = w
  webhooks.mode = 'lost'
  const live = { ...answeringHuman, talk: 100_000 }

  /** One call is dialed by a process that stands still for ever at some step; then another process works. */
  const dies = async (
    t: Test,
    change: Partial<LivekitOptions>,
    until: (call_id: string) => boolean | Promise<boolean>,
    script = answeringHuman,
  ) => {
    const c = await startCampaign(w, [script])
    const dying = w.process(change)
    const dialer = newDialer(w, t, dying, 'dying')
    t.equal(await dialer.step(noon), 1)
    const [{ id }] = await c.callsNow()
    while (!(await until(id))) await new Promise((resolve) => setTimeout(resolve, 2))
    const next = w.process()
    const rescue = async (at: Date) => {
      s.setNow(at)
      await rescueStep(s.db, next, 'next', at)
      await settleStep(s.db, at)
      await next.sweep(at)
    }
    const end = async () => {
      await w.call('POST', `${c.path}/stop`, {})
      livekit.hangUpCallee(`call-${id}`)
      await livekit.waitUntilIdle()
      await rescue(after(1_000))
      await next.sweep(after(2_000))
      t.equal(livekit.rooms.size, 0, 'no room is left')
      t.equal((await s.db.client`select 1 from leases`).length, 0, 'and no lease')
      t.ok(livekit.invites.filter(({ room }) => room === `call-${id}`).length <= 1, 'one INVITE at most')
      assertOneInvitePerCall(t, w)
      s.setNow(noon)
    }
    return { c, id: id as string, next, rescue, end, dialer }
  }

  for (const [step, change] of [
    ['before it has a room', { createAgentToken: never }],
    ['while an agent is waited for', { isAgentReady: never }],
    ['before the last question', { canDial: never }],
  ] as const) {
    t.test(`${step}: it was not dialed, and goes back to the queue`, async (t) => {
      let asked = false
      const stand = () => {
        asked = true
        return never()
      }
      const stuck = Object.fromEntries(
        Object.keys(change).map((name) => [name, stand]),
      ) as Partial<LivekitOptions>
      const { c, rescue, end } = await dies(t, stuck, () => asked)
      await rescue(after(30))
      t.match(await c.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }])
      t.match(await c.tasksNow(), [{ status: 'retry', attempt_count: 0 }])
      t.equal(livekit.rooms.size, 0)
      await end()
    })
  }

  t.test(
    'it only stood still, and goes on when it was taken for dead: it does not dial any more',
    async (t) => {
      let goOn: (may: boolean) => void = () => undefined
      let asked = false
      const mayDial = () => {
        asked = true
        return new Promise<boolean>((resolve) => {
          goOn = resolve
        })
      }
      const before = livekit.invites.length
      const { c, rescue, end, dialer } = await dies(t, { canDial: mayDial }, () => asked)
      await rescue(after(30))
      goOn(true)
      await dialer.waitForDials()
      t.equal(livekit.invites.length, before)
      t.match(await c.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }])
      await end()
    },
  )

  t.test('after it noted that it will dial, and before it did: it is lost, after a while', async (t) => {
    const { c, rescue, end } = await dies(
      t,
      {
        canDial: async (call) => {
          await new CallStore(s.db).markInviting(call, after(45))
          return never()
        },
      },
      async (id) =>
        (await new CallStore(s.db).find({ company_id: w.company.id, call_id: id }))?.state === 'inviting',
    )
    await rescue(after(30))
    t.match(await c.callsNow(), [{ status: 'dialing' }])
    await rescue(after(100))
    t.match(await c.callsNow(), [{ status: 'failed', outcome: 'lost' }])
    await end()
  })

  t.test('while it rings: the telephone rings on, and what comes of it is heard', async (t) => {
    const { c, id, rescue, end } = await dies(
      t,
      { createAgentToken: (of) => asOwner(s.db, of.company_id, (tx) => createCallToken(tx, of.call_id)) },
      (id) => livekit.invites.some(({ room }) => room === `call-${id}`),
      { ...live, ringMs: 150 },
    )
    await rescue(after(30))
    const first = await c.callsNow()
    t.match(first, [{ status: /ringing|active/, outcome: null }])
    while (
      livekit.rooms.get(`call-${id}`)?.participants.get(`callee-${id}`)?.attributes['sip.callStatus'] !==
      'active'
    )
      await new Promise((resolve) => setTimeout(resolve, 5))
    await rescue(after(80))
    t.match(await c.callsNow(), [{ status: 'active', outcome: null }])
    livekit.hangUpCallee(`call-${id}`)
    await livekit.waitUntilIdle()
    await rescue(after(200))
    t.match(await c.tasksNow(), [{ status: 'completed', outcome: 'success' }])
    await end()
  })

  t.test('told to stop, it leaves telephones ringing, and the next process hears of them', async (t) => {
    const c = await startCampaign(w, [{ ...live, ringMs: 100 }])
    const leaving = w.process()
    const dialer = newDialer(w, t, leaving, 'leaving')
    await dialer.step(noon)
    const [{ id }] = await c.callsNow()
    while (livekit.invites.at(-1)?.room !== `call-${id}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    leaving.drain()
    await dialer.waitForDials()
    t.match(await c.callsNow(), [{ status: 'dialing' }])
    const next = w.process()
    s.setNow(after(10))
    await rescueStep(s.db, next, 'next', after(10))
    t.match(await c.callsNow(), [{ status: /ringing|active/ }])
    livekit.hangUpCallee(`call-${id}`, DisconnectReason.USER_REJECTED)
    await livekit.waitUntilIdle()
    s.setNow(after(100))
    await rescueStep(s.db, next, 'next', after(100))
    await settleStep(s.db, after(100))
    t.match(await c.callsNow(), [{ status: /failed|completed/ }])
    await next.sweep(after(200))
    t.equal(livekit.rooms.size, 0)
    assertOneInvitePerCall(t, w)
    s.setNow(noon)
  })
})

test('nobody is called when no agent is there to speak', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, agents, livekit, carrier, faults } = w
  agents.isAway = true
  const impatient = w.process({ agentWaitMs: 50 })
  const c = await startCampaign(
    w,
    Array.from({ length: 6 }, () => undefined),
  )
  s.setNow(after(5))
  await runCampaign(w, t, impatient)
  t.equal(livekit.invites.length, 0)
  t.equal(livekit.rooms.size, 0)
  for (const task of await c.tasksNow())
    t.match(task, { status: 'retry', outcome: 'agent_error', attempt_count: 0 })
  t.equal(await breakerStep(s.db, after(6)), 1)
  t.match(await c.state(), { status: 'paused', status_reason: /agent_error/ })
  t.same(faults, [])
  agents.isAway = false
  t.ok(carrier)
})

test('a call that is called off while it is prepared is not dialed', async (t) => {
  const w = await startLivekitWorld(t)
  const { livekit, s } = w
  const rules: [string, (c: Awaited<ReturnType<typeof startCampaign>>) => Promise<unknown>][] = [
    ['paused', (c) => w.call('POST', `${c.path}/pause`, {})],
    ['suppressed', (c) => w.call('POST', '/api/suppressions', { phone_number: c.numbers[0] })],
    [
      'its window closed',
      () => s.db.client`update campaign_windows
          set closes_at = ${noon.toISOString()}, opens_at = ${after(-60).toISOString()}`,
    ],
    [
      'its lease was lost',
      () => s.db.client`update leases set is_live = false, settle_at = ${after(900).toISOString()}`,
    ],
  ]
  for (const [name, rule] of rules) {
    const c = await startCampaign(w, [undefined])
    const slow = w.process({
      canDial: async (of, at) => {
        await rule(c)
        return canStillDial(s.db, of, roomName(of), at)
      },
    })
    const dialer = newDialer(w, t, slow)
    await dialer.step(noon)
    await dialer.waitForDials()
    t.equal(livekit.invites.length, 0, name)
    t.equal(livekit.rooms.size, 0, name)
    t.match(await c.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }], name)
  }
  const paused = await startCampaign(w, [undefined])
  let nth = 0
  const halting = w.process({
    // As if the database had been away between the question and the note that it is dialed.
    maxCheckAgeMs: -1,
    canDial: async (of, at) => {
      if (nth++ > 0) await w.call('POST', `${paused.path}/pause`, {})
      return canStillDial(s.db, of, roomName(of), at)
    },
  })
  const halted = newDialer(w, t, halting)
  await halted.step(noon)
  await halted.waitForDials()
  t.equal(livekit.invites.length, 0, 'paused after it was asked')
  t.equal(livekit.rooms.size, 0)
  t.match(await paused.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }])
  await settleStep(s.db, noon)
  t.match(await paused.tasksNow(), [{ status: /pending|retry/, attempt_count: 0 }])

  const isBriefed = async () => {
    s.setNow(after(60))
    return true
  }
  const late = w.process({ isAgentReady: isBriefed })
  const c = await startCampaign(w, [undefined])
  const dialer = newDialer(w, t, late)
  await dialer.step(noon)
  await dialer.waitForDials()
  t.equal(livekit.invites.length, 0, 'an agent that came too late')
  t.match(await c.callsNow(), [{ status: 'cancelled' }])
})

test('hanging up ends a call however far it is, and is no fault where it is over', async (t) => {
  const w = await startLivekitWorld(t)
  const { livekit, company } = w
  w.agents.isMute = true
  const ringing = { ...answeringHuman, ring: 100_000 }
  const talking = { ...answeringHuman, talk: 100_000 }
  for (const [name, script, state] of [
    ['while it rings', ringing, 'ringing'],
    ['while it talks', talking, 'active'],
  ] as const) {
    const c = await startCampaign(w, [script])
    const dialer = newDialer(w, t, w.carrier)
    await dialer.step(noon)
    const [{ id: call_id }] = await c.callsNow()
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
    t.match((await c.callsNow())[0], { outcome: 'cancelled', ended_reason: 'hung_up' }, name)
    t.equal(livekit.rooms.size, 0, name)
    t.equal(await w.carrier.hangUp({ company_id: company.id, call_id }), true, `${name}, again`)
  }
  t.equal(
    await w.carrier.hangUp({ company_id: company.id, call_id: randomUUID() }),
    true,
    'one that never was',
  )
  const call = { company_id: company.id, call_id: randomUUID() }
  const away = w.process({ url: `http://127.0.0.1:${await freePort()}` })
  t.equal(await away.hangUp(call), false, 'one that cannot be asked for')
})

test('webhooks: signed over the very body; doubled, late, strange and lost ones do no harm', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, livekit, company, webhooks, hear } = w
  webhooks.mode = 'doubled'
  w.agents.isMute = true
  const c = await startCampaign(w, [{ talkMs: 100_000 }])
  await dialAndSettle()
  const [{ id: call_id }] = await c.callsNow()
  async function dialAndSettle() {
    const dialer = newDialer(w, t, w.carrier)
    await dialer.step(noon)
    await dialer.waitForDials()
  }
  const send = (body: string, headers: Record<string, string>) =>
    s.app.inject({ method: 'POST', url: '/api/livekit/webhook', body, headers })
  const type = { 'content-type': 'application/webhook+json' }
  const room = { name: `call-${call_id}`, metadata: JSON.stringify({ company_id: company.id, call_id }) }
  const of = (event: string, more: object = {}) =>
    JSON.stringify({
      event,
      id: randomUUID(),
      createdAt: String(Math.floor(Date.now() / 1000)),
      room,
      ...more,
    })
  const callee = { identity: `callee-${call_id}`, kind: 'SIP', disconnectReason: 'CLIENT_INITIATED' }

  t.test('one that is not signed, or not of this body, is refused', async (t) => {
    const body = of('room_finished')
    const authorization = await livekit.signWebhook(body)
    for (const headers of [
      type,
      { ...type, authorization: 'x' },
      { ...type, authorization: await livekit.signWebhook('{}') },
    ])
      t.match((await send(body, headers)).json(), { status: 401, code: 'unsigned' })
    t.equal((await send(`${body} `, { ...type, authorization })).statusCode, 401)
    t.match(await c.callsNow(), [{ status: 'active' }])
  })

  t.test('of rooms and people that are none of ours nothing is made', async (t) => {
    for (const body of [
      of('room_finished', { room: { name: 'somebody-elses' } }),
      of('room_finished', { room: { name: `call-${randomUUID()}` } }),
      of('participant_left', { participant: { identity: 'a-listener' } }),
      of('track_published'),
      of('agent_job_ended'),
    ]) {
      const answer = await send(body, { ...type, authorization: await livekit.signWebhook(body) })
      t.same(answer.json(), { taken: 0 })
    }
    t.match(await c.callsNow(), [{ status: 'active' }])
  })

  t.test('without metadata the company is found by the book', async (t) => {
    const body = of('participant_left', { room: { name: room.name }, participant: callee })
    await hear(body, await livekit.signWebhook(body))
    t.match(await c.callsNow(), [{ status: 'completed', ended_reason: 'client_initiated' }])
    t.equal(livekit.rooms.size, 0)
  })

  t.test('one that comes late, or twice, changes nothing', async (t) => {
    const before = await c.callsNow()
    for (const body of [
      of('participant_joined', { participant: callee }),
      of('room_finished'),
      of('room_finished'),
    ])
      await hear(body, await livekit.signWebhook(body))
    t.same(await c.callsNow(), before)
    t.ok(webhooks.answers.every((status) => status === 200 || status === 401))
  })

  t.test('a callee who is left alone by the agent is hung up; one with a person is not', async (t) => {
    webhooks.mode = 'sent'
    const alone = await startCampaign(w, [{ talkMs: 100_000 }])
    await dialAndSettle()
    const [{ id }] = await alone.callsNow()
    const present = livekit.rooms.get(`call-${id}`)
    present?.participants.set('a-person', new ParticipantInfo({ identity: 'a-person' }))
    livekit.disconnectAgent(`call-${id}`)
    await livekit.webhooksDelivered()
    t.match(await alone.callsNow(), [{ status: 'active' }])
    present?.participants.delete('a-person')
    present?.participants.set(
      'agent',
      new ParticipantInfo({ identity: 'agent', kind: ParticipantInfo_Kind.AGENT }),
    )
    livekit.disconnectAgent(`call-${id}`)
    await livekit.waitUntilIdle()
    t.match(await alone.callsNow(), [{ status: 'completed', ended_reason: 'agent_left' }])
    t.equal(livekit.rooms.size, 0)
  })

  t.test('one who leaves in the moment they answer has left', async (t) => {
    const call = { company_id: company.id, call_id: randomUUID() }
    const book = new CallStore(s.db)
    await book.reserve(call, noon)
    await book.markInviting(call, after(45))
    const left = await s.db.client.begin(async (sql) => {
      await sql`select 1 from livekit_calls where call_id = ${call.call_id} for update`
      const leaving = w.carrier.callLeft(call, {
        at: after(3),
        outcome: 'no_answer',
        reason: 'client_initiated',
      })
      const waiting = () => sql`select 1 from pg_locks where pg_backend_pid() = any(pg_blocking_pids(pid))`
      while ((await waiting()).length === 0);
      await sql`update livekit_calls set state = 'answered', answered_at = now() where call_id = ${call.call_id}`
      return { leaving }
    })
    t.match(await left.leaving, [{ type: 'ended', outcome: undefined, ended_reason: 'client_initiated' }])
    t.match(await book.find(call), { state: 'ended', is_cleared: true })
  })

  t.test('a telephone that rings for an agent who has left rings no longer', async (t) => {
    webhooks.mode = 'sent'
    const c = await startCampaign(w, [{ ringMs: 100_000 }])
    const dialer = newDialer(w, t, w.carrier)
    await dialer.step(s.deps.now())
    while (livekit.invites.at(-1)?.number !== c.numbers[0])
      await new Promise((resolve) => setTimeout(resolve, 5))
    const [{ id }] = await c.callsNow()
    livekit.disconnectAgent(`call-${id}`)
    await dialer.waitForDials()
    await livekit.waitUntilIdle()
    await settleStep(s.db, s.deps.now())
    t.match(await c.callsNow(), [{ status: 'failed', outcome: 'agent_error', ended_reason: 'agent_left' }])
    t.match(await c.tasksNow(), [{ status: 'retry', attempt_count: 0 }])
    t.equal(livekit.rooms.size, 0)
  })

  t.test('a service with another carrier says that nobody listens', async (t) => {
    Object.assign(s.deps, { carrier: { name: 'x' } })
    t.match((await send('{}', type)).json(), { status: 409, code: 'carrier_events_off' })
  })
})

test('npm run livekit -- check says what is wrong before anybody is called', async (t) => {
  const livekit = await FakeLivekit.start({
    scriptOf: () => answeringHuman,
    agents: { join: async () => false },
  })
  t.teardown(() => livekit.stop())
  const { url, apiKey, apiSecret } = livekit
  const check = async (change: Partial<Parameters<typeof checkProject>[0]> = {}) =>
    (await checkProject({ url, apiKey, apiSecret, trunkId: 'ST_test', timeoutSec: 1, ...change })).map(
      ({ result: found, advice }) => advice ?? found,
    )
  t.same(await check(), [
    'LiveKit answers, and takes the keys (0 rooms)',
    'Test goes to pstn.example, with 1 of its own numbers',
  ])
  t.same(await check({ apiSecret: 'another-secret' }), [
    'LiveKit does not take the keys: are they of this project, and its secret whole?',
  ])
  t.match(await check({ url: `http://127.0.0.1:${await freePort()}` }), [
    /not reached \(ECONNREFUSED\): see to LIVEKIT_URL/,
  ])
  t.match((await check({ trunkId: 'ST_other' }))[1], /no such outbound trunk \(there are ST_test\)/)
  livekit.trunks = []
  t.match((await check())[1], /no such outbound trunk \(there is none\)/)
  livekit.failRequest = () => ({ code: 'bad_route', status: 404 })
  t.match(await check(), [/answered bad_route: is the URL that of a LiveKit project/])
  t.same(livekit.invites, [])

  const run = (words: string[], env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [...programArgs('src/cli/livekit'), ...words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    })
  const missing = run(['check'], {})
  t.equal(missing.status, 1)
  for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET', 'LIVEKIT_SIP_TRUNK_ID'])
    t.match(missing.stderr, `${name} must be `)
  t.match(run(['chekc'], {}), { status: 2, stderr: /npm run livekit -- check/ })
})
