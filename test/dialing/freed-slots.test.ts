import t, { type Test, test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { Listener } from '../../src/db/listener.ts'
import { applyCarrierEvents, DialingNotifier, dialingChannel } from '../../src/modules/dialing/index.ts'
import { defaultReportGraceMs } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, DialingFixture, freshNumber } from './dialing-setup.ts'

const s = await startTestService(t)

/** Counts the wake-ups of this process's loops by commits that free slots. */
function countWakeUps(t: Test) {
  let wakeUps = 0
  const count = () => void wakeUps++
  s.db.onDialingCommitted.add(count)
  t.teardown(() => s.db.onDialingCommitted.delete(count))
  return {
    /** Of the commits since the last call. */
    take: () => {
      const taken = wakeUps
      wakeUps = 0
      return taken
    },
  }
}

test('A slot is free as soon as its call has ended, while the agent may still report', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(2, { max_concurrent_calls: 1 })
  const diagnostics = () => fixture.request('GET', `/api/campaigns/${id}/diagnostics`)
  const [call] = await fixture.dial()
  if (call === undefined) throw new Error('no call was dialed')
  t.same(await fixture.dial(), [], 'the only slot is in use')
  t.match(await diagnostics(), { slots: { max: 1, in_use: 1, waiting_to_settle: 0 } })
  await fixture.sendEvent(call, 'answered')
  await fixture.sendEvent(call, 'ended')

  const ended = await diagnostics()
  t.match(ended, { in_progress: 1, slots: { max: 1, in_use: 0, waiting_to_settle: 1 } })
  t.match(
    ended.reasons.find(({ code }: { code: string }) => code === 'waiting_to_settle'),
    { contacts: 1, detail: /uses no slot/, until: after(defaultReportGraceMs / 1000).toISOString() },
  )
  t.equal((await fixture.dial()).length, 1, 'the next contact is dialed at once')
  t.match(await diagnostics(), { in_progress: 2, slots: { in_use: 1, waiting_to_settle: 1 } })

  fixture.setNow(after(defaultReportGraceMs / 1000))
  t.match(
    (await diagnostics()).reasons.find(({ code }: { code: string }) => code === 'waiting_to_settle'),
    { contacts: 1, until: null },
    'an attempt that may be settled, and is not',
  )
  t.equal(await fixture.settle(), 1)
  t.match(await diagnostics(), { in_progress: 1, slots: { in_use: 1, waiting_to_settle: 0 } })
})

test('A contact that is due again at once is dialed after one settle step and one claim step', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign([
    { phone_number: freshNumber(), further_numbers: [{ phone_number: freshNumber() }] },
  ])
  const [call] = await fixture.dial()
  if (call === undefined) throw new Error('no call was dialed')
  t.same(await fixture.dial(), [], 'the campaign would be read again in a second')
  await fixture.endCall(call, 'invalid_number')
  const wakeUps = countWakeUps(t)
  t.equal(await fixture.settle(), 1)
  t.equal(wakeUps.take(), 1, 'the dialer is woken')
  t.match(await fixture.task(id), { status: 'retry' })
  t.equal((await fixture.dial()).length, 1)
})

test('A settlement does not shorten the pause of a campaign whose claims fail', async (t) => {
  const fixture = await DialingFixture.create(s)
  await fixture.startCampaign([
    { phone_number: freshNumber(), further_numbers: [{ phone_number: freshNumber() }] },
  ])
  const [call] = await fixture.dial()
  if (call === undefined) throw new Error('no call was dialed')
  await fixture.db.send(`update campaign_pace set recheck_at = $1`, [after(5).toISOString()])
  await fixture.endCall(call, 'invalid_number')
  await fixture.settle()
  t.same(await fixture.dial(), [])
  fixture.setNow(after(5))
  t.equal((await fixture.dial()).length, 1)
})

test('The end of a call wakes the settler and the dialer, by whatever route it is reported; other reports do not', async (t) => {
  const fixture = await DialingFixture.create(s)
  await fixture.startCampaign(4)
  const calls = await fixture.dial()
  const [byCarrier, unanswered, byAgent] = calls
  if (byCarrier === undefined || unanswered === undefined || byAgent === undefined)
    throw new Error('too few calls were dialed')
  const wakeUps = countWakeUps(t)
  const turn = { turn_index: 0, role: 'assistant', content: 'Hello!' }

  await fixture.sendEvent(byCarrier, 'ringing')
  await fixture.sendEvent(byCarrier, 'answered')
  await fixture.request('POST', `/api/calls/${byCarrier.call_id}/turns`, { turns: [turn] })
  t.equal(wakeUps.take(), 0, 'a call that goes on frees nothing')
  await fixture.sendEvent(byCarrier, 'ended')
  t.equal(wakeUps.take(), 1, 'the carrier reports the end of a conversation')
  await fixture.endCall(unanswered, 'no_answer')
  t.equal(wakeUps.take(), 1, 'the carrier reports that nobody answered')
  await fixture.request('POST', `/api/calls/${byAgent.call_id}/complete`, { outcome: 'success' })
  t.equal(wakeUps.take(), 1, 'the agent reports the end')
  await fixture.settle()
  t.equal(wakeUps.take(), 0, 'contacts that are done or called later wake nobody')
})

test('Calls that end in a process without a dialer wake the workers of others, with one notification for many', async (t) => {
  const api = connect(s.url, { max: 2 })
  const notifier = new DialingNotifier(api, (error) => t.error(error))
  t.teardown(() => api.close())
  let notified = 0
  let resolveNext: () => void = () => undefined
  const nextNotification = () =>
    new Promise<void>((resolve) => {
      resolveNext = resolve
    })
  await new Promise<void>((resolve) => {
    const listener = new Listener(s.db, `listen ${dialingChannel}`, {
      onListening: resolve,
      onNotify: (channel) => {
        t.equal(channel, dialingChannel)
        notified++
        resolveNext()
      },
      onError: (error) => t.error(error),
    })
    t.teardown(() => listener.stop())
  })

  t.equal(await notifier.step(), 0, 'no call has ended')
  for (let i = 0; i < 100; i++) notifier.wake()
  const first = nextNotification()
  t.same([await notifier.step(), await notifier.step()], [1, 0])
  await first
  t.equal(notified, 1)

  const fixture = await DialingFixture.create(s)
  await fixture.startCampaign(1)
  const [call] = await fixture.dial()
  if (call === undefined) throw new Error('no call was dialed')
  notifier.start()
  t.teardown(() => notifier.stop())
  const second = nextNotification()
  const { company_id, call_id } = call
  const ended = { company_id, call_id, type: 'ended', at: fixture.now, outcome: 'busy' } as const
  await applyCarrierEvents(api, [ended], fixture.now)
  await second
  t.equal(notified, 2)
})
