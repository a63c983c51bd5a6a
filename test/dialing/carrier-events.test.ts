import { createHmac, randomUUID } from 'node:crypto'
import { test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { connect } from '../../src/db/client.ts'
import { requestDeadlines } from '../../src/db/session-settings.ts'
import { signBody } from '../../src/telephony/signature.ts'
import { startTestService } from '../setup/service.ts'
import { freshNumber, poisonCall } from './dialing-setup.ts'

const secret = 'a-secret-of-carriers-for-tests'

test('POST /api/carrier/events', async (t) => {
  const deadlines = { ...requestDeadlines, lockMs: 300 }
  const s = await startTestService(t, { CARRIER_SECRET: secret }, undefined, { deadlines })
  const company = await s.createCompany()
  const newCall = async (): Promise<{ id: string }> => {
    const fields = { direction: 'outbound', callee_number: freshNumber(), status: 'dialing' }
    return (await s.request('POST', '/api/calls', company.headers, fields)).body
  }
  const read = async ({ id }: { id: string }) =>
    (await s.request('GET', `/api/calls/${id}`, company.headers)).body
  const call = await newCall()
  const report = (events: object[], text = JSON.stringify({ events }), signature?: string | null) => {
    const signed = signature === undefined ? signBody(secret, text, new Date()) : signature
    const headers = { 'content-type': 'application/json', ...(signed !== null && { 'x-signature': signed }) }
    return s.request('POST', '/api/carrier/events', headers, text)
  }
  const at = () => new Date().toISOString()
  const eventOf = ({ id }: { id: string }, type: string, more: object = {}) => ({
    company_id: company.id,
    call_id: id,
    type,
    at: at(),
    ...more,
  })
  const ringing = eventOf(call, 'ringing')
  const status = async () => (await read(call)).status

  t.test('Events are accepted only with a recent signature by CARRIER_SECRET', async (t) => {
    const text = JSON.stringify({ events: [ringing] })
    const invalidSignatures: [defect: string, signature: string | null][] = [
      ['no signature', null],
      ['an invalid header', 'invalid'],
      ['of another body', signBody(secret, '{}', new Date())],
      ['of another secret', signBody('another-secret-of-somebody', text, new Date())],
      ['too old', signBody(secret, text, new Date(Date.now() - 400_000))],
      ['too far in the future', signBody(secret, text, new Date(Date.now() + 400_000))],
    ]
    for (const [defect, signature] of invalidSignatures) {
      const response = await report([ringing], text, signature)
      t.match(response, { status: 401, body: { code: 'unsigned' } }, defect)
    }
    t.equal(await status(), 'dialing', 'the call has not changed')
    t.match(await report([], '{"events":'), { status: 400 })
    t.match(await report([], '{"__proto__": {}}'), { status: 400 })
  })

  t.test('The body of a stranger is not parsed, and a body above the limit is not read', async (t) => {
    t.match(await report([], '[', null), { status: 401 }, 'not 400, which a parser would give')
    t.match(await report([], '['.repeat(1024 * 1024), 'invalid'), { status: 401 })
    t.match(await report([], ' '.repeat(1024 * 1024 + 1)), { status: 413, body: { code: 'body_too_large' } })
  })

  t.test('Events move a call forward, and events of unknown calls are ignored', async (t) => {
    t.match(await report([ringing]), { status: 200, body: { taken: 1 } })
    t.equal(await status(), 'ringing')
    t.match(await report([ringing]), { status: 200, body: { taken: 1 } })
    const unknown = { ...ringing, call_id: randomUUID() }
    const otherCompany = { ...ringing, company_id: randomUUID() }
    t.match(await report([unknown, otherCompany]), { status: 200, body: { taken: 0 } })
    const ended = { ...ringing, type: 'ended', outcome: 'busy', ended_reason: '486 Busy Here' }
    t.match(await report([ended]), { status: 200, body: { taken: 1 } })
    t.equal(await status(), 'failed')
    await report([{ ...ended, outcome: 'success' }, ringing])
    t.match(
      await read(call),
      { status: 'failed', outcome: 'busy', ended_reason: '486 Busy Here' },
      'a final state does not change',
    )
  })

  t.test('Each event of a batch is stored or rejected on its own', async (t) => {
    const [first, last] = [await newCall(), await newCall()]
    const rejected: [event: unknown, pointer: string, code: string][] = [
      [eventOf(first, 'ringing', { at: '2026-02-30T10:00:00Z' }), '/at', 'invalid'],
      [eventOf(first, 'ringing', { at: '0001-01-01T00:00:00Z' }), '/at', 'invalid_time'],
      [eventOf(first, 'unknown-type'), '/type', 'invalid'],
      [eventOf(first, 'ended', { outcome: 'unknown-outcome' }), '/outcome', 'invalid'],
      [eventOf({ id: 'no-uuid' }, 'ringing'), '/call_id', 'invalid'],
      [{ ...ringing, company_id: '1; drop table calls' }, '/company_id', 'invalid'],
      [{ ...ringing, note: 'x' }, '/note', 'invalid'],
      [null, '', 'invalid'],
    ]
    const busy = { outcome: 'busy', ended_reason: '486' }
    const events = [
      eventOf(first, 'ended', busy),
      ...rejected.map(([event]) => event),
      eventOf(last, 'ended', busy),
    ]
    const { status, body } = await report(events as object[])
    t.equal(status, 200)
    t.same(
      body.rejected.map(({ index, pointer, code }: Record<string, unknown>) => [index, pointer, code]),
      rejected.map(([, pointer, code], i) => [i + 1, `/events/${i + 1}${pointer}`, code]),
    )
    t.match(body, { taken: 2, warnings: [] })
    for (const ended of [first, last]) t.match(await read(ended), { status: 'failed', outcome: 'busy' })
  })

  t.test('A reason that cannot be stored as it is, is changed with a warning', async (t) => {
    const reasons: [sent: string, stored: string, code: string | undefined][] = [
      ['Busy\0Here', 'Busy\ufffdHere', 'unstorable_text'],
      ['half \ud83d', 'half \ufffd', 'unstorable_text'],
      [`${'a'.repeat(499)}\u{1f600}`, `${'a'.repeat(499)}\u{1f600}`, undefined],
      [`${'a'.repeat(499)}\u{1f600}b`, `${'a'.repeat(499)}\u{1f600}`, 'invalid'],
      ['\u{1f600}'.repeat(500), '\u{1f600}'.repeat(500), undefined],
    ]
    const calls = await Promise.all(reasons.map(newCall))
    const events = calls.map((call, i) =>
      eventOf(call, 'ended', { outcome: 'busy', ended_reason: reasons[i]?.[0] }),
    )
    const { body } = await report(events)
    t.match(body, { taken: reasons.length, rejected: [] })
    t.same(
      body.warnings.map(({ index, field, code }: Record<string, unknown>) => [index, field, code]),
      reasons.flatMap(([, , code], i) => (code === undefined ? [] : [[i, 'ended_reason', code]])),
    )
    for (const [i, call] of calls.entries())
      t.match(await read(call), { status: 'failed', ended_reason: reasons[i]?.[1] })
  })

  t.test('An end whose answered_at cannot be read is stored without it, with a warning', async (t) => {
    for (const answered_at of ['yesterday', '0001-01-01T00:00:00Z', 5]) {
      const call = await newCall()
      t.match((await report([eventOf(call, 'ended', { outcome: 'success', answered_at })])).body, {
        rejected: [],
        warnings: [{ index: 0, field: 'answered_at', code: 'invalid_time' }],
      })
      t.match(await read(call), { status: 'completed', outcome: 'success', answered_at: null })
    }
  })

  t.test(
    'A reason that is not UTF-8 does not hold up the batch: the signature is that of the bytes',
    async (t) => {
      const [first, second] = [await newCall(), await newCall()]
      const events = [first, second].map((each) =>
        eventOf(each, 'ended', { outcome: 'busy', ended_reason: 'besetzt?' }),
      )
      const payload = Buffer.from(
        JSON.stringify({ events }).replace('besetzt?', 'f\u00fcr sp\u00e4ter'),
        'latin1',
      )
      const signature = createHmac('sha256', secret).update('1795435200.').update(payload).digest('hex')
      s.setNow(new Date(1_795_435_200_000))
      const headers = { 'content-type': 'application/json', 'x-signature': `t=1795435200,v1=${signature}` }
      const response = await s.app.inject({ method: 'POST', url: '/api/carrier/events', headers, payload })
      s.setNow(undefined)
      t.match(response.json(), { taken: 2, rejected: [] })
      t.match(await read(first), { outcome: 'busy', ended_reason: 'f\ufffdr sp\ufffdter' })
      t.match(await read(second), { outcome: 'busy', ended_reason: 'besetzt?' })
    },
  )

  t.test('Ids in capitals name the same call', async (t) => {
    const call = await newCall()
    const { body } = await report([eventOf({ id: call.id.toUpperCase() }, 'ended', { outcome: 'busy' })])
    t.match(body, { taken: 1, rejected: [] })
    t.match(await read(call), { outcome: 'busy' })
  })

  t.test(
    'An event of a call that cannot be written is rejected with the reason; its neighbours are stored',
    async (t) => {
      const [before, poisoned, after] = [await newCall(), await newCall(), await newCall()]
      const cure = await poisonCall(s.db, { call_id: poisoned.id })
      const end = (call: { id: string }) => eventOf(call, 'ended', { outcome: 'busy' })
      const events = [end(before), end(poisoned), end(after)]
      t.match((await report(events)).body, {
        taken: 2,
        rejected: [
          { index: 1, pointer: '/events/1', code: 'invalid_value', detail: /out of range \(22003\)/ },
        ],
      })
      for (const stored of [before, after]) t.match(await read(stored), { outcome: 'busy' })
      t.match(await read(poisoned), { status: 'dialing' })
      const logged = s.logLines.find((line) => line.includes('"kind":"call"')) ?? ''
      t.match(
        JSON.parse(logged),
        { id: poisoned.id, company_id: company.id, reason: /22003/ },
        'for the operator',
      )
      await cure()
      t.match((await report(events)).body, { taken: 3, rejected: [] })
      t.match(await read(poisoned), { outcome: 'busy' })
    },
  )

  t.test(
    'While the row of a call is locked, the others are stored, and the batch is to be sent again',
    async (t) => {
      const [locked, free] = [await newCall(), await newCall()]
      const events = [locked, free].map((call) => eventOf(call, 'ended', { outcome: 'busy' }))
      await s.db.client.begin(async (locker) => {
        await locker`select 1 from calls where id = ${locked.id} for update`
        t.match(await report(events), { status: 503, body: { code: 'lock_timeout' } })
        t.match(await read(free), { outcome: 'busy' })
      })
      t.match(await report(events), { status: 200, body: { taken: 2, rejected: [] } })
      t.match(await read(locked), { outcome: 'busy' })
    },
  )

  t.test('Without CARRIER_SECRET events get 404 carrier_events_off', async (t) => {
    const db = connect(s.url, { max: 3 })
    const { CARRIER_SECRET: _, ...env } = { CARRIER_SECRET: '', DATABASE_URL: s.url }
    const app = await buildApp(
      { ...s.deps, db, config: readConfig(env) },
      { version: '0', unready: async () => [] },
    )
    t.teardown(async () => {
      await app.close()
      await db.close()
    })
    const response = await app.inject({
      method: 'POST',
      url: '/api/carrier/events',
      headers: { 'content-type': 'application/json' },
      payload: ' '.repeat(8 * 1024 * 1024),
    })
    t.match(response.json(), { status: 404, code: 'carrier_events_off' })
  })
})
