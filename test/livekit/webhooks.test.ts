import { randomUUID } from 'node:crypto'
import { ParticipantInfo, ParticipantInfo_Kind } from '@livekit/protocol'
import { test } from 'tap'
import { settleStep } from '../../src/modules/dialing/index.ts'
import { CallStore } from '../../src/telephony/livekit/call-store.ts'
import { after, newDialer, noon, startCampaign, startLivekitWorld } from '../setup/livekit/livekit-world.ts'

test('Webhooks of LiveKit', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, livekit, company, webhooks, sendWebhook } = w
  webhooks.mode = 'repeated'
  w.agents.isSilent = true
  const campaign = await startCampaign(w, [{ talkMs: 100_000 }])
  await dialAndWait()
  const [{ id: call_id }] = await campaign.callsNow()
  async function dialAndWait() {
    const dialer = newDialer(w, t, w.carrier)
    await dialer.step(noon)
    await dialer.waitForDials()
  }
  const send = (body: string, headers: Record<string, string>) =>
    s.app.inject({ method: 'POST', url: '/api/livekit/webhook', body, headers })
  const contentType = { 'content-type': 'application/webhook+json' }
  const room = { name: `call-${call_id}`, metadata: JSON.stringify({ company_id: company.id, call_id }) }
  const webhookBody = (event: string, more: object = {}) =>
    JSON.stringify({
      event,
      id: randomUUID(),
      createdAt: String(Math.floor(Date.now() / 1000)),
      room,
      ...more,
    })
  const callee = { identity: `callee-${call_id}`, kind: 'SIP', disconnectReason: 'CLIENT_INITIATED' }

  t.test('A webhook is rejected unless its signature covers its body', async (t) => {
    const body = webhookBody('room_finished')
    const authorization = await livekit.signWebhook(body)
    for (const headers of [
      contentType,
      { ...contentType, authorization: 'x' },
      { ...contentType, authorization: await livekit.signWebhook('{}') },
    ])
      t.match((await send(body, headers)).json(), { status: 401, code: 'unsigned' })
    t.equal((await send(`${body} `, { ...contentType, authorization })).statusCode, 401)
    t.equal((await send('[', contentType)).statusCode, 401, 'the body of a stranger is not parsed')
    t.equal((await send(' '.repeat(256 * 1024 + 1), contentType)).statusCode, 413)
    t.match(await campaign.callsNow(), [{ status: 'active' }])
  })

  t.test('Webhooks of other rooms, participants and types are ignored', async (t) => {
    for (const body of [
      webhookBody('room_finished', { room: { name: 'somebody-elses' } }),
      webhookBody('room_finished', { room: { name: `call-${randomUUID()}` } }),
      webhookBody('participant_left', { participant: { identity: 'a-listener' } }),
      webhookBody('track_published'),
      webhookBody('agent_job_ended'),
    ]) {
      const response = await send(body, { ...contentType, authorization: await livekit.signWebhook(body) })
      t.same(response.json(), { taken: 0 })
    }
    t.match(await campaign.callsNow(), [{ status: 'active' }])
  })

  t.test('A webhook without metadata is applied: the company is read from the database', async (t) => {
    const body = webhookBody('participant_left', { room: { name: room.name }, participant: callee })
    await sendWebhook(body, await livekit.signWebhook(body))
    t.match(await campaign.callsNow(), [{ status: 'completed', ended_reason: 'client_initiated' }])
    t.equal(livekit.rooms.size, 0)
  })

  t.test('The token of a webhook may have `Bearer` before it', async (t) => {
    const body = webhookBody('track_published')
    const authorization = `Bearer ${await livekit.signWebhook(body)}`
    t.equal((await send(body, { ...contentType, authorization })).statusCode, 200)
  })

  t.test('A late or repeated webhook changes nothing', async (t) => {
    const before = await campaign.callsNow()
    for (const body of [
      webhookBody('participant_joined', { participant: callee }),
      webhookBody('room_finished'),
      webhookBody('room_finished'),
    ])
      await sendWebhook(body, await livekit.signWebhook(body))
    t.same(await campaign.callsNow(), before)
    t.ok(webhooks.statuses.every((status) => status === 200 || status === 401))
  })

  t.test(
    'When the agent leaves, the call ends if the callee is alone, and continues if another person is in the room',
    async (t) => {
      webhooks.mode = 'sent'
      const alone = await startCampaign(w, [{ talkMs: 100_000 }])
      await dialAndWait()
      const [{ id }] = await alone.callsNow()
      const active = livekit.rooms.get(`call-${id}`)
      active?.participants.set('a-person', new ParticipantInfo({ identity: 'a-person' }))
      livekit.disconnectAgent(`call-${id}`)
      await livekit.waitForWebhooks()
      t.match(await alone.callsNow(), [{ status: 'active' }])
      active?.participants.delete('a-person')
      active?.participants.set(
        'agent',
        new ParticipantInfo({ identity: 'agent', kind: ParticipantInfo_Kind.AGENT }),
      )
      livekit.disconnectAgent(`call-${id}`)
      await livekit.waitUntilIdle()
      t.match(await alone.callsNow(), [{ status: 'completed', ended_reason: 'agent_left' }])
      t.equal(livekit.rooms.size, 0)
    },
  )

  t.test('The call ends when the callee leaves while the answer is being recorded', async (t) => {
    const call = { company_id: company.id, call_id: randomUUID() }
    const calls = new CallStore(s.db)
    await calls.reserve(call, noon)
    await calls.markInviting(call, after(45))
    const blocked = await s.db.client.begin(async (sql) => {
      await sql`select 1 from livekit_calls where call_id = ${call.call_id} for update`
      const leaving = w.carrier.roomEvents.callEnded(call, {
        at: after(3),
        outcome: 'no_answer',
        reason: 'client_initiated',
      })
      const waiting = () => sql`select 1 from pg_locks where pg_backend_pid() = any(pg_blocking_pids(pid))`
      while ((await waiting()).length === 0);
      await sql`update livekit_calls set state = 'answered', answered_at = now() where call_id = ${call.call_id}`
      return { leaving }
    })
    t.match(await blocked.leaving, [{ type: 'ended', outcome: undefined, ended_reason: 'client_initiated' }])
    t.match(await calls.find(call), { state: 'ended', is_cleared: true })
  })

  t.test('A ringing call is cancelled when its agent leaves', async (t) => {
    webhooks.mode = 'sent'
    const campaign = await startCampaign(w, [{ ringMs: 100_000 }])
    const dialer = newDialer(w, t, w.carrier)
    await dialer.step(s.deps.now())
    while (livekit.invites.at(-1)?.number !== campaign.numbers[0])
      await new Promise((resolve) => setTimeout(resolve, 5))
    const [{ id }] = await campaign.callsNow()
    livekit.disconnectAgent(`call-${id}`)
    await dialer.waitForDials()
    await livekit.waitUntilIdle()
    await settleStep(s.db, s.deps.now())
    t.match(await campaign.callsNow(), [
      { status: 'failed', outcome: 'agent_error', ended_reason: 'agent_left' },
    ])
    t.match(await campaign.tasksNow(), [{ status: 'retry', attempt_count: 0 }])
    t.equal(livekit.rooms.size, 0)
  })

  t.test('With another carrier, webhooks get 404 carrier_events_off', async (t) => {
    Object.assign(s.deps, { carrier: { name: 'x' } })
    t.match((await send('{}', contentType)).json(), { status: 404, code: 'carrier_events_off' })
  })
})
