// Restarts and copies leave out contacts whose number cannot or must not be called.
import t, { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { after, assertConsistent, DialingFixture } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

const endings = ['no_answer', 'invalid_number', 'blocked', 'suppressed', 'voicemail'] as const

/** A campaign that is over, with a contact for each of these outcomes, and one whose number was suppressed afterwards. */
async function endedCampaign() {
  const fixture = await DialingFixture.create(s)
  // Mobile numbers of Indonesia, which may be in three zones.
  const contacts = [...endings, 'suppressed later'].map((_, i) => ({ phone_number: `+6281234567${700 + i}` }))
  const id = await fixture.startCampaign(contacts, { max_retries: 0 })
  const dialed = await fixture.dial()
  const numbers: Record<string, string> = {}
  for (const [i, ending] of [...endings, 'no_answer' as const].entries()) {
    const call = dialed[i] as DialRequest
    await fixture.endCall(call, ending)
    numbers[i < endings.length ? ending : 'suppressed later'] = call.phone_number
  }
  await fixture.settle()
  fixture.setNow(after(60))
  await scheduleStep(s.db, fixture.now)
  await fixture.request('POST', '/api/suppressions', { phone_number: numbers['suppressed later'] })
  const nameOf = (number: string) => Object.keys(numbers).find((name) => numbers[name] === number)
  const restart = (body: object) =>
    s.request('POST', `/api/campaigns/${id}/restart`, fixture.company.headers, body)
  /** The contacts that are called next, by their outcome before. */
  const calledNext = async () => {
    fixture.setNow(after(120, fixture.now))
    await scheduleStep(s.db, fixture.now)
    return (await fixture.dial()).map(({ phone_number }) => nameOf(phone_number)).sort()
  }
  const unsuppress = async (number: string) => {
    const query = encodeURIComponent(number)
    const { items } = await fixture.request('GET', `/api/suppressions?phone_number=${query}`)
    for (const item of items) await fixture.request('DELETE', `/api/suppressions/${item.id}`)
  }
  return { fixture, id, numbers, nameOf, restart, calledNext, unsuppress }
}

const all = { statuses: ['failed', 'cancelled', 'skipped'] }

test('A restart calls nobody whose number does not exist, blocks calls or is suppressed', async (t) => {
  for (const body of [{}, all]) {
    const { fixture, restart, calledNext } = await endedCampaign()
    t.match(await restart(body), { status: 200, body: { status: 'running' } })
    t.same(await calledNext(), ['no_answer', 'voicemail'], JSON.stringify(body))
    await assertConsistent(t, s.db, fixture.company.id)
  }
})

test('A restart calls contacts with these outcomes when include or outcomes names them', async (t) => {
  const cases: [object, string[]][] = [
    [{ include: ['invalid_number'] }, ['invalid_number', 'no_answer', 'voicemail']],
    [{ outcomes: ['invalid_number'] }, ['invalid_number']],
    [{ ...all, include: ['suppressed'] }, ['no_answer', 'suppressed', 'voicemail']],
    [{ ...all, outcomes: ['suppressed', 'voicemail'] }, ['suppressed', 'voicemail']],
  ]
  for (const [body, expected] of cases) {
    const { restart, calledNext } = await endedCampaign()
    t.match(await restart(body), { status: 200 })
    t.same(await calledNext(), expected, JSON.stringify(body))
  }
})

test('A number that is suppressed is not called even when it is asked for, until its suppression is deleted', async (t) => {
  const { numbers, restart, calledNext, unsuppress } = await endedCampaign()
  t.match(await restart({ outcomes: ['blocked'] }), {
    status: 409,
    body: { code: 'nobody_to_restart', detail: /Left out are .*numbers that are suppressed/ },
  })
  await unsuppress(numbers.blocked ?? '')
  t.match(await restart({ outcomes: ['blocked'] }), { status: 200 })
  t.same(await calledNext(), ['blocked'])
})

test('The warnings of a restart count only the contacts that it returns to the queue', async (t) => {
  const { restart } = await endedCampaign()
  const { body } = await restart(all)
  const zones = body.warnings.find(({ code }: { code: string }) => code === 'several_zones')
  t.match(zones, { detail: /^2 contact\(s\)/ })
})

test('A copy of the unreached contacts leaves out the same, and a copy of all has them', async (t) => {
  const { fixture, id, nameOf } = await endedCampaign()
  const copyOf = async (contacts: string) => {
    const copy = await fixture.request('POST', `/api/campaigns/${id}/clone`, { contacts })
    const tasks = await fixture.tasks(copy.id)
    t.equal(copy.total_tasks, tasks.length)
    return tasks.map(({ phone_number }: { phone_number: string }) => nameOf(phone_number)).sort()
  }
  t.same(await copyOf('unreached'), ['no_answer', 'voicemail'])
  t.same(await copyOf('all'), [...endings, 'suppressed later'].sort())
})

test('include accepts the outcomes of numbers that cannot or must not be called, and no other', async (t) => {
  const { restart } = await endedCampaign()
  for (const outcome of ['busy', 'cancelled'] satisfies Outcome[])
    t.match(await restart({ include: [outcome] }), { status: 400 }, outcome)
})
