import { test } from 'tap'
import { expectedEndAt, type WaitingGroup } from '../../src/modules/campaigns/reports/expected-end.ts'
import { after, DialingFixture, minuteMs, withoutWindows } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

const settings = {
  ...withoutWindows,
  contact_daily_start_time: '00:00',
  contact_daily_end_time: '24:00',
  retry_delay_minutes: 30,
  max_retries: 3,
  max_attempts: null,
}
const now = new Date('2026-11-23T12:00:00Z')
const group = (waiting: number, dial_timezone = '', last_due_at = now): WaitingGroup => ({
  waiting,
  dial_timezone,
  last_due_at,
})

/**
 * The end of a campaign that is simulated minute by minute: contacts are called in the order in which they are due, while `isOpen`,
 * `perMinute` at a time. Of each round of attempts the share `retryShare` is called again after the delay.
 */
function simulatedEnd(input: {
  contacts: number
  perMinute: number
  retryShare: number
  delayMinutes: number
  maxRetries: number
  isOpen: (minuteOfDay: number) => boolean
}): Date {
  const queue = Array.from({ length: input.contacts }, (_, i) => ({ due: 0, round: 0, rank: i }))
  const startMinute = now.getUTCHours() * 60 + now.getUTCMinutes()
  let minute = 0
  let last = 0
  for (; queue.length > 0 && minute < 60 * 24 * 60; minute++) {
    if (!input.isOpen((startMinute + minute) % 1440)) continue
    for (let calls = 0; calls < input.perMinute; calls++) {
      const next = queue.findIndex(({ due }) => due <= minute)
      if (next === -1) break
      const [contact] = queue.splice(next, 1)
      if (contact === undefined) break
      last = minute
      // Ranks are spread over the contacts: the retried share is the same among early and late ones.
      const isRetried =
        contact.round < input.maxRetries &&
        Math.floor((contact.rank + 1) * input.retryShare) > Math.floor(contact.rank * input.retryShare)
      if (isRetried)
        queue.push({
          due: minute + input.delayMinutes,
          round: contact.round + 1,
          rank: Math.floor(contact.rank * input.retryShare),
        })
    }
  }
  return new Date(now.getTime() + (last + 1) * minuteMs)
}

test('The expected end is that of a simulated campaign, within the length of a retry delay', (t) => {
  const daytime = (from: number, until: number) => (minute: number) =>
    minute >= from * 60 && minute < until * 60
  const cases = [
    { name: 'without retries', contacts: 600, perMinute: 10, retryShare: 0, hours: [0, 24] },
    {
      name: 'with retries in the time of others',
      contacts: 1_200,
      perMinute: 10,
      retryShare: 0.4,
      hours: [0, 24],
    },
    { name: 'with retries after the others', contacts: 50, perMinute: 10, retryShare: 0.5, hours: [0, 24] },
    { name: 'over a night', contacts: 2_000, perMinute: 5, retryShare: 0.2, hours: [9, 18] },
    { name: 'with retries on the next day', contacts: 1_790, perMinute: 5, retryShare: 0.3, hours: [9, 18] },
    { name: 'outside of the hours', contacts: 300, perMinute: 5, retryShare: 0.3, hours: [14, 16] },
    { name: 'each contact called to the limit', contacts: 20, perMinute: 10, retryShare: 1, hours: [0, 24] },
  ]
  for (const { name, contacts, perMinute, retryShare, hours } of cases) {
    const [from = 0, until = 24] = hours
    const campaign = {
      ...settings,
      contact_daily_start_time: `${String(from).padStart(2, '0')}:00`,
      contact_daily_end_time: `${until}:00`,
    }
    const estimate = {
      groups: [group(contacts)],
      open: contacts,
      retry_share: retryShare,
      attempts_per_sec: perMinute / 60,
      call_sec: 0,
    }
    const expected = expectedEndAt(campaign, estimate, now)
    const simulated = simulatedEnd({
      contacts,
      perMinute,
      retryShare,
      delayMinutes: settings.retry_delay_minutes,
      maxRetries: settings.max_retries,
      isOpen: daytime(from, until),
    })
    const difference = Math.abs((expected?.getTime() ?? 0) - simulated.getTime()) / minuteMs
    t.ok(
      difference <= settings.retry_delay_minutes,
      `${name}: expected ${expected?.toISOString()}, simulated ${simulated.toISOString()}`,
    )
  }
  t.end()
})

test('The zone that is open last, the last due time and the length of a call decide the end', (t) => {
  const campaign = { ...settings, contact_daily_start_time: '09:00', contact_daily_end_time: '18:00' }
  const estimate = { open: 60, retry_share: 0, attempts_per_sec: 1, call_sec: 90 }
  const endOf = (...groups: WaitingGroup[]) =>
    expectedEndAt(campaign, { ...estimate, groups }, now)?.toISOString()
  t.equal(endOf(group(60, 'UTC')), '2026-11-23T12:02:30.000Z')
  t.equal(endOf(group(50, 'UTC'), group(10, 'Asia/Tokyo')), '2026-11-24T00:01:40.000Z', 'from 09:00 in Tokyo')
  const due = new Date('2026-11-25T20:00:00Z')
  t.equal(endOf(group(60, 'UTC', due)), '2026-11-26T09:01:30.000Z', 'due at night: in the next window')
  const far = { ...campaign, end_time: new Date('2026-11-23T12:00:30Z') }
  t.equal(
    expectedEndAt(far, { ...estimate, groups: [group(60, 'UTC')] }, now),
    undefined,
    'not before end_time',
  )
  t.end()
})

test('The statistics of a running campaign have an expected end before the first call and while its hours are closed', async (t) => {
  const s = await startTestService(t)
  const fixture = await DialingFixture.create(s)
  const stats = async (id: string) => fixture.request('GET', `/api/campaigns/${id}/stats`)
  const id = await fixture.startCampaign(30, {
    timezone: 'UTC',
    daily_start_time: '13:00',
    daily_end_time: '14:00',
    contact_daily_start_time: '00:00',
    contact_daily_end_time: '24:00',
    calls_per_minute: 10,
    retry_delay_minutes: 30,
  })
  t.match(
    await stats(id),
    { expected_end_at: '2026-11-23T13:03:00.000Z' },
    '30 contacts at 10 calls a minute',
  )
  fixture.setNow(after(3_600))
  for (const call of await fixture.dial()) await fixture.endCall(call, 'no_answer')
  await fixture.settle()
  const { tasks, expected_end_at } = await stats(id)
  t.ok(tasks.by_status.retry > 0, 'contacts wait for a retry')
  t.ok(
    new Date(expected_end_at) >= new Date('2026-11-23T13:30:00Z'),
    `their retries are awaited: ${expected_end_at}`,
  )
  await fixture.request('POST', `/api/campaigns/${id}/pause`)
  t.match(await stats(id), { expected_end_at: null }, 'a paused campaign has none')
})
