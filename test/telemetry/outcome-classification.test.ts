import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { type CallFacts, classifyCall } from '../../src/modules/telemetry/classification-rules.ts'
import { resultOfSipStatus } from '../../src/telephony/livekit/invite-results.ts'
import { createSkillbase, dialogue, post } from '../setup/conversations.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

/** A completed call without any other known fact. */
const completedCall: CallFacts = {
  status: 'completed',
  ended_reason: null,
  duration_sec: null,
  user_turns: 0,
  bot_turns: 0,
  last_state: undefined,
}
const conversation = { user_turns: 3, bot_turns: 4, duration_sec: 40 }
const state = (name: string, position: 'start' | 'middle' | 'end' | 'both' = 'middle') => ({
  id: name.toLowerCase().replaceAll(' ', '_'),
  name,
  is_start: position === 'start' || position === 'both',
  is_end: position === 'end' || position === 'both',
})

/** The facts of a call and its expected outcome; undefined when no rule applies. */
const cases: [name: string, Partial<CallFacts>, Outcome | undefined, confidence?: number][] = [
  ['no facts', {}, undefined],
  ['a failed call without turns and without a reason', { status: 'failed' }, undefined],
  ['a conversation without a known state', conversation, undefined],
  ['a reason that no rule knows', { ...conversation, ended_reason: 'participant_disconnected' }, undefined],
  ['cancelled', { status: 'cancelled', ended_reason: '486 Busy Here' }, 'cancelled', 0.95],
  ['SIP 486', { status: 'failed', ended_reason: '486 Busy Here' }, 'busy', 0.95],
  ['SIP 600', { status: 'failed', ended_reason: 'SIP/2.0 600 Busy Everywhere' }, 'busy', 0.95],
  ['SIP 480', { status: 'failed', ended_reason: 'sip_480' }, 'no_answer', 0.9],
  ['SIP 487, our own CANCEL', { status: 'failed', ended_reason: 'SIP 487' }, 'no_answer', 0.9],
  ['SIP 404', { status: 'failed', ended_reason: 'sip status code: 404' }, 'invalid_number', 0.9],
  ['SIP 603', { status: 'failed', ended_reason: '603' }, 'declined', 0.9],
  ['SIP 607', { status: 'failed', ended_reason: '607 Unwanted' }, 'blocked', 0.95],
  ['SIP 503', { status: 'failed', ended_reason: '503 Service Unavailable' }, 'carrier_error', 0.9],
  ['SIP 436', { status: 'failed', ended_reason: '436 Bad Identity Info' }, 'carrier_error', 0.9],
  ['SIP 482', { status: 'failed', ended_reason: '482 Loop Detected' }, 'carrier_error', 0.9],
  ['an unknown SIP status', { status: 'failed', ended_reason: 'SIP 499' }, 'no_answer', 0.5],
  ['a number like an unknown SIP status', { status: 'failed', ended_reason: '360 seconds' }, undefined],
  ['a number that is not a SIP code', { status: 'failed', ended_reason: '4861' }, undefined],
  ['another spelling of busy', { status: 'failed', ended_reason: 'Busy-Here' }, 'busy', 0.95],
  ['LiveKit: USER_UNAVAILABLE', { status: 'failed', ended_reason: 'USER_UNAVAILABLE' }, 'no_answer', 0.7],
  [
    'LiveKit: SIP_TRUNK_FAILURE',
    { status: 'failed', ended_reason: 'SIP_TRUNK_FAILURE' },
    'carrier_error',
    0.9,
  ],
  ['the name of an outcome', { status: 'failed', ended_reason: 'invalid number' }, 'invalid_number', 0.9],
  ['busy, although the user spoke', { ...conversation, ended_reason: 'busy' }, undefined],
  ['an answering machine', { ...conversation, ended_reason: 'machine_end_beep' }, 'voicemail', 0.9],
  ['transferred to a person', { ...conversation, ended_reason: 'call_transferred' }, 'transferred', 0.9],
  ['the maximum duration', { ...conversation, ended_reason: 'max_duration' }, 'max_duration', 0.9],
  ['a crash of the agent', { ...conversation, status: 'failed', ended_reason: 'crash' }, 'agent_error', 0.8],
  [
    'a crash after an end state was reached',
    { ...conversation, ended_reason: 'error', last_state: state('Booking', 'end') },
    'success',
    0.7,
  ],
  ['an end state', { ...conversation, last_state: state('Farewell', 'end') }, 'success', 0.7],
  [
    'an end state named as a success',
    { ...conversation, last_state: state('Booked', 'end') },
    'success',
    0.8,
  ],
  [
    'an end state named as a refusal',
    { ...conversation, last_state: state('Not interested', 'end') },
    'fail',
    0.8,
  ],
  [
    'an end state whose name negates success',
    { ...conversation, last_state: state('Not booked', 'end') },
    'fail',
    0.8,
  ],
  [
    'an end state named as a refusal in Russian',
    { ...conversation, last_state: state('Отказ клиента', 'end') },
    'fail',
    0.8,
  ],
  [
    'an end state named as a transfer',
    { ...conversation, last_state: state('Оператор', 'end') },
    'transferred',
    0.8,
  ],
  [
    'an end state named as a callback',
    { ...conversation, last_state: state('Call back', 'end') },
    'callback',
    0.8,
  ],
  [
    'an end state, although the user never spoke',
    { bot_turns: 2, last_state: state('Booking', 'end') },
    'fail',
    0.5,
  ],
  ['a flow with a single state', { ...conversation, last_state: state('Talk', 'both') }, undefined],
  ['ended in the middle of the flow', { ...conversation, last_state: state('Inquiry') }, 'fail', 0.6],
  ['ended in the start state', { ...conversation, last_state: state('Greeting', 'start') }, 'fail', 0.7],
  [
    'ended in the middle after less than 10 s',
    { ...conversation, duration_sec: 9.9, last_state: state('Inquiry') },
    'fail',
    0.7,
  ],
  [
    'failed in the middle of the flow',
    { ...conversation, status: 'failed', last_state: state('Inquiry') },
    'fail',
    0.5,
  ],
  ['the user never spoke', { bot_turns: 1, duration_sec: 30 }, 'fail', 0.5],
  ['a conversation of less than 10 s', { ...conversation, duration_sec: 4 }, 'fail', 0.5],
]

test('The outcome follows from the facts of a call, and is unknown when no rule applies', async (t) => {
  for (const [name, facts, outcome, confidence] of cases) {
    const found = classifyCall({ ...completedCall, ...facts })
    t.same([found?.outcome, found?.confidence], [outcome, confidence], name)
    if (found !== undefined) t.match(found.reason, /^Classified: .+\.$/, name)
  }
})

test('Every SIP status means the same outcome in a report as in a response to a dial request', async (t) => {
  for (let status = 300; status < 700; status++) {
    const result = resultOfSipStatus(status, '')
    const classified = classifyCall({ ...completedCall, status: 'failed', ended_reason: `SIP ${status}` })
    t.match(result, { outcome: classified?.outcome }, `SIP ${status}`)
  }
})

test('the outcome of an ended call', async (t) => {
  const a = await s.createCompany()
  const skillbase_id = await createSkillbase(s, a)
  /** Creates a call, stores its turns and completes it. Returns its id. */
  const completeCall = async (
    turns: object[],
    completion: object = {},
    callFields: object = {},
  ): Promise<string> => {
    const { id } = await post(s, a, '/api/calls', { direction: 'outbound', skillbase_id, ...callFields })
    if (turns.length > 0) await post(s, a, `/api/calls/${id}/turns`, { turns })
    await post(s, a, `/api/calls/${id}/complete`, { duration_sec: 30, ...completion })
    return id
  }
  /** Outcome, whether it was classified, confidence and reason. The call and its metrics must have the same outcome. */
  const outcomeOf = async (id: string) => {
    const call = (await s.request('GET', `/api/calls/${id}`, a.headers)).body
    const metrics = (await s.request('GET', `/api/calls/${id}/metrics`, a.headers)).body
    if (metrics.outcome !== call.outcome) throw new Error(`call ${call.outcome}, metrics ${metrics.outcome}`)
    return [call.outcome, call.is_outcome_classified, metrics.outcome_confidence, metrics.outcome_reason]
  }

  t.test('An outcome that was not reported is classified by the last state of the call', async (t) => {
    const endedInEndState = await completeCall(dialogue('greeting', 'inquiry', 'BOOKING'))
    const reason = 'Classified: it went to the end of the flow, "booking".'
    t.same(await outcomeOf(endedInEndState), ['success', true, 0.7, reason])
    const endedInStartState = await completeCall(dialogue('greeting', 'booking', 'inquiry', 'greeting'))
    t.match(await outcomeOf(endedInStartState), ['fail', true, 0.7, /it ended in "greeting", before/])
    const busy = await completeCall([], { status: 'failed', ended_reason: '486 Busy Here' })
    t.match(await outcomeOf(busy), ['busy', true, 0.95, /486 Busy Here/])
  })

  t.test('The outcome is null when no rule applies', async (t) => {
    t.same(await outcomeOf(await completeCall([])), [null, false, null, null])
    t.same(await outcomeOf(await completeCall([], { status: 'failed' })), [null, false, null, null])
    const stateless = dialogue('x', 'y').map(({ state_id: _, ...turn }) => turn)
    t.same(await outcomeOf(await completeCall(stateless)), [null, false, null, null])
    t.same(
      await outcomeOf(await completeCall(dialogue('nowhere'))),
      [null, false, null, null],
      'a state that the flow does not have',
    )
  })

  t.test('A reported outcome is never replaced by a classified one', async (t) => {
    const id = await completeCall(dialogue('greeting', 'booking'), {
      outcome: 'callback',
      outcome_confidence: 0.4,
      outcome_reason: 'Tomorrow.',
    })
    t.same(await outcomeOf(id), ['callback', false, 0.4, 'Tomorrow.'])
    await post(s, a, `/api/calls/${id}/turns`, {
      turns: [{ turn_index: 9, role: 'user', state_id: 'booking' }],
    })
    t.same(await outcomeOf(id), ['callback', false, 0.4, 'Tomorrow.'])
  })

  t.test('A late turn classifies the outcome again, which may make it unknown', async (t) => {
    const id = await completeCall(dialogue('greeting', 'inquiry'))
    t.match(await outcomeOf(id), ['fail', true, 0.6])
    const addTurn = (turn_index: number, state_id: string) =>
      post(s, a, `/api/calls/${id}/turns`, { turns: [{ turn_index, role: 'user', state_id }] })
    await addTurn(10, 'booking')
    t.match(await outcomeOf(id), ['success', true, 0.7, /end of the flow/])
    await addTurn(11, 'nowhere')
    t.same(await outcomeOf(id), [null, false, null, null])
    await addTurn(12, 'booking')
    t.match(await outcomeOf(id), ['success', true])
    const before = await outcomeOf(id)
    await post(s, a, `/api/calls/${id}/complete`, {})
    t.same(await outcomeOf(id), before, 'completing the call again changes nothing')
  })

  t.test('An outcome that any later request reports replaces a classified one', async (t) => {
    const byCompletion = await completeCall(dialogue('greeting', 'booking'))
    await post(s, a, `/api/calls/${byCompletion}/complete`, { outcome: 'fail', outcome_reason: 'No show.' })
    t.same(await outcomeOf(byCompletion), ['fail', false, null, 'No show.'])
    await post(s, a, `/api/calls/${byCompletion}/complete`, { outcome: 'success' })
    t.same(
      await outcomeOf(byCompletion),
      ['fail', false, null, 'No show.'],
      'the first reported values are kept',
    )

    const byTelemetry = await completeCall(dialogue('greeting', 'booking'))
    await post(s, a, '/api/telemetry', { completions: [{ call_id: byTelemetry, outcome: 'success' }] })
    t.same(await outcomeOf(byTelemetry), ['success', false, null, null], 'the same outcome, now reported')

    const byPatch = await completeCall(dialogue('greeting', 'booking'))
    await s.request('PATCH', `/api/calls/${byPatch}`, a.headers, { outcome: 'transferred' })
    t.same(await outcomeOf(byPatch), ['transferred', false, null, null])
    await s.request('PATCH', `/api/calls/${byPatch}`, a.headers, { outcome: null })
    t.same(await outcomeOf(byPatch), [null, false, null, null])

    const byMetrics = await completeCall(dialogue('greeting', 'booking'))
    await s.request('PUT', `/api/calls/${byMetrics}/metrics`, a.headers, {
      outcome: 'fail',
      tts_characters: 5,
    })
    t.same(await outcomeOf(byMetrics), ['fail', false, null, null])
    await s.request('PUT', `/api/calls/${byMetrics}/metrics`, a.headers, { outcome: null })
    t.same(await outcomeOf(byMetrics), ['fail', false, null, null], 'null does not change it')
  })

  t.test('Metrics that replace all values classify the outcome, and a reported reason is kept', async (t) => {
    const { id } = await post(s, a, '/api/calls', { direction: 'inbound' })
    await post(s, a, `/api/calls/${id}/complete`, { duration_sec: 40, outcome_reason: 'Silence.' })
    t.same(await outcomeOf(id), [null, false, null, 'Silence.'])
    await s.request('PUT', `/api/calls/${id}/metrics`, a.headers, { turn_count: 2, bot_turn_count: 2 })
    t.same(await outcomeOf(id), ['fail', true, 0.5, 'Silence.'])
    await post(s, a, `/api/calls/${id}/complete`, { outcome: 'no_answer' })
    t.same(await outcomeOf(id), ['no_answer', false, null, 'Silence.'])
  })

  t.test('A flow that hand-written SQL made invalid gives no outcome', async (t) => {
    const broken = await createSkillbase(s, a)
    for (const flow of [
      '7',
      '{"type": "graph", "states": ["greeting", "booking"], "transitions": [{"from": 1}]}',
    ]) {
      await s.db.orm.execute(sql`
        update skillbases set version = version + 1, config = jsonb_set(config, '{flow}', ${flow}::text::jsonb)
        where id = ${broken}`)
      const id = await completeCall(dialogue('greeting', 'booking'), {}, { skillbase_id: broken })
      t.same(await outcomeOf(id), [null, false, null, null], flow)
    }
  })

  t.test('Analytics count a classified outcome like a reported one', async (t) => {
    const b = await s.createCompany()
    const skillbase_id = await createSkillbase(s, b)
    for (const states of [['greeting'], ['greeting', 'booking']]) {
      const { id } = await post(s, b, '/api/calls', { direction: 'inbound', skillbase_id })
      await post(s, b, `/api/calls/${id}/turns`, { turns: dialogue(...states) })
      await post(s, b, `/api/calls/${id}/complete`, { duration_sec: 20 })
    }
    const { body } = await s.request('GET', '/api/analytics/metrics', b.headers)
    t.match(body, { success_rate: 0.5, outcomes: { success: 1, fail: 1 } })
    const rows = (await s.request('GET', '/api/analytics/calls', b.headers)).body.items
    t.ok(rows.every((row: { is_outcome_classified: boolean }) => row.is_outcome_classified))
  })
})
