import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { canStillDial } from '../../src/modules/dialing/index.ts'
import type { CallRef } from '../../src/telephony/carrier.ts'
import { boundary, form } from '../call-lists/setup.ts'
import { after, assertConsistent, DialingFixture } from '../dialing/dialing-setup.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { startTestService } from '../setup/service.ts'

let usedNumbers = 0
/** The two forms of an Argentine mobile telephone that no other test of the file uses: with and without the 9. */
function freshForms(): [withNine: string, withoutNine: string] {
  const subscriber = String(10_000 + usedNumbers++)
  return [`+54911234${subscriber}`, `+5411234${subscriber}`]
}

test('Two numbers of one telephone are the same contact', async (t) => {
  const s = await startTestService(t)

  const createCampaign = async (fixture: DialingFixture, numbers: string[] = []) => {
    const { id } = await fixture.request('POST', '/api/campaigns', {
      name: 'C',
      skillbase_id: fixture.bot,
      max_concurrent_calls: 100,
      calls_per_minute: 60_000,
      ...aroundTheClock,
    })
    if (numbers.length > 0) await addTasks(fixture, id, numbers)
    return id as string
  }
  const addTasks = (fixture: DialingFixture, id: string, numbers: string[]) =>
    fixture.request('POST', `/api/campaigns/${id}/tasks`, {
      tasks: numbers.map((phone_number) => ({ phone_number })),
    })
  const upload = async (fixture: DialingFixture, id: string, numbers: string[], fields: object = {}) => {
    const headers = {
      ...fixture.company.headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    }
    const body = form(['phone', ...numbers].join('\n'), fields as Record<string, string>)
    return (await s.request('POST', `/api/campaigns/${id}/call-list`, headers, body)).body
  }
  const suppress = (fixture: DialingFixture, phone_number: string) =>
    fixture.request('POST', '/api/suppressions', { phone_number })
  /** Stores a number in a form that the parser no longer returns, as before this version. */
  const suppressAsStored = (fixture: DialingFixture, phone_number: string) =>
    s.db.orm.execute(sql`
      insert into suppressions (company_id, phone_number) values (${fixture.company.id}::uuid, ${phone_number})`)

  t.test('Tasks: a contact is added once, is found by each form, and a copy keeps its form', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [withNine, withoutNine] = freshForms()
    const id = await createCampaign(fixture)
    t.match(await addTasks(fixture, id, [withNine, withoutNine]), { created: 1, skipped: 1 })
    t.match(await addTasks(fixture, id, [withoutNine]), { created: 0, skipped: 1 })
    for (const number of [withNine, withoutNine]) {
      const path = `/api/campaigns/${id}/tasks?phone_number=${encodeURIComponent(number)}`
      t.match(await fixture.request('GET', path), { items: [{ phone_number: withNine }] }, number)
    }
    const copy = await fixture.request('POST', `/api/campaigns/${id}/clone`, { contacts: 'all' })
    t.match(await fixture.tasks(copy.id), [{ phone_number: withNine }])
    t.match(await addTasks(fixture, copy.id, [withoutNine]), { created: 0, skipped: 1 })
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('Call lists: each rule for duplicates, and the dry run, compare telephones', async (t) => {
    const fixture = await DialingFixture.create(s)
    for (const [on_duplicate, counts] of Object.entries({
      skip: { created: 1, skipped: 2, updated: 0, rejected: 0 },
      update: { created: 1, skipped: 0, updated: 2, rejected: 0 },
      reject: { created: 1, skipped: 0, updated: 0, rejected: 2 },
    })) {
      const [[known, knownAgain], [added, addedAgain]] = [freshForms(), freshForms()]
      const id = await createCampaign(fixture, [known])
      const rows = [knownAgain, added, addedAgain]
      t.match(await upload(fixture, id, rows, { on_duplicate, dry_run: 'true' }), counts, 'dry run')
      t.match(await upload(fixture, id, rows, { on_duplicate }), counts, on_duplicate)
      const isUpdate = on_duplicate === 'update'
      t.match(
        (await fixture.tasks(id)).map(({ phone_number }: { phone_number: string }) => phone_number).sort(),
        [known, isUpdate ? addedAgain : added].sort(),
        'the number that is known is kept',
      )
      await assertConsistent(t, s.db, fixture.company.id)
    }
  })

  t.test('Suppressions: one per telephone, found and deleted by each form', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [withNine, withoutNine] = freshForms()
    const created = await suppress(fixture, withNine)
    t.match(await suppress(fixture, withoutNine), { id: created.id, phone_number: withNine })
    const csv = { ...fixture.company.headers, 'content-type': 'text/csv' }
    const imported = await s.request('POST', '/api/suppressions/import', csv, `${withoutNine}\n${withNine}`)
    t.match(imported.body, { created: 0 })
    const path = `/api/suppressions?phone_number=${encodeURIComponent(withoutNine)}`
    t.match(await fixture.request('GET', path), { items: [{ id: created.id }], total: 1 })

    const id = await createCampaign(fixture)
    t.match(await addTasks(fixture, id, [withoutNine]), { created: 0, suppressed: 1 })
    t.match(await upload(fixture, id, [withoutNine], { dry_run: 'true' }), { suppressed: 1 })
    t.match(await upload(fixture, id, [withoutNine]), { created: 0, suppressed: 1 })
    const testCall = `/api/skillbases/${fixture.bot}/test-call`
    await t.rejects(fixture.request('POST', testCall, { phone_number: withoutNine }), {
      message: /suppressed/,
    })

    await fixture.request('DELETE', `/api/suppressions/${created.id}`)
    t.match(await addTasks(fixture, id, [withoutNine]), { created: 1 })
  })

  t.test(
    'A suppression that was stored with an old form of the number applies to the number of today',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await createCampaign(fixture)
      for (const [stored, today] of [
        ['+5215587654321', '+525587654321'],
        ['+551187654322', '+5511987654322'],
        ['+541187654323', '+5491187654323'],
      ] as const) {
        await suppressAsStored(fixture, stored)
        t.match(await addTasks(fixture, id, [today]), { created: 0, suppressed: 1 }, today)
      }
    },
  )

  t.test('A contact who opts out is not called on another form of the number', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [withNine, withoutNine] = freshForms()
    const first = await fixture.startCampaign([{ phone_number: withNine }])
    const [call] = await fixture.dial()
    const second = await createCampaign(fixture, [withoutNine])
    await fixture.sendEvent(call as CallRef, 'answered')
    await fixture.request('POST', `/api/calls/${call?.call_id}/complete`, {
      outcome: 'fail',
      collected_data: { opt_out: true },
    })
    await fixture.settle()
    t.match(await fixture.task(first), { status: 'completed' })
    await fixture.request('POST', `/api/campaigns/${second}/start`)
    const diagnostics = await fixture.request('GET', `/api/campaigns/${second}/diagnostics`)
    t.match(diagnostics.reasons, [{ code: 'suppressed', contacts: 1 }])
    t.same(await fixture.dial(), [])
    t.match(await fixture.task(second), { status: 'skipped', outcome: 'suppressed' })
  })

  t.test('A telephone in a live call is not dialed by another campaign or a test call', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [withNine, withoutNine] = freshForms()
    const first = await fixture.startCampaign([{ phone_number: withNine }])
    const second = await fixture.startCampaign([{ phone_number: withoutNine }])
    const dialed = await fixture.dial()
    t.equal(dialed.length, 1, 'two campaigns in one claim')
    fixture.setNow(after(1))
    t.same(await fixture.dial(), [], 'a later claim')
    const waiting = dialed[0]?.campaign_id === first ? second : first
    const diagnostics = await fixture.request('GET', `/api/campaigns/${waiting}/diagnostics`)
    t.match(diagnostics.reasons, [{ code: 'number_in_call', contacts: 1 }])
    const testCall = `/api/skillbases/${fixture.bot}/test-call`
    for (const phone_number of [withNine, withoutNine])
      await t.rejects(fixture.request('POST', testCall, { phone_number }), { message: /number_busy/ })
    await fixture.endCall(dialed[0] as CallRef, 'success')
    await fixture.settle()
    fixture.setNow(after(2))
    t.match(await fixture.dial(), [{ campaign_id: waiting }])
  })

  t.test('A suppression of another form stops a claimed call before it is dialed', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [withNine, withoutNine] = freshForms()
    await fixture.startCampaign([{ phone_number: withNine }])
    const [call] = await fixture.dial()
    t.ok(await canStillDial(s.db, call as CallRef, 'room', fixture.now))
    await suppress(fixture, withoutNine)
    t.notOk(await canStillDial(s.db, call as CallRef, 'room', fixture.now))
  })

  t.test('Attempts and test calls of each form count for the limits per number', async (t) => {
    const fixture = await DialingFixture.create(s)
    const limits = { attempts_per_number_per_day: 2 }
    await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, { limits })
    const [withNine, withoutNine] = freshForms()
    const testCall = `/api/skillbases/${fixture.bot}/test-call`
    await fixture.request('POST', testCall, { phone_number: withNine })
    await fixture.endCall((await fixture.dial())[0] as CallRef, 'busy')
    await fixture.settle()
    fixture.setNow(after(60))
    await fixture.startCampaign([{ phone_number: withoutNine }])
    await fixture.endCall((await fixture.dial())[0] as CallRef, 'success')
    await fixture.settle()
    fixture.setNow(after(120))
    const id = await fixture.startCampaign([{ phone_number: withNine }])
    t.same(await fixture.dial(), [])
    t.match(await fixture.task(id), { status: 'pending', next_attempt_at: after(86_400).toISOString() })
    await t.rejects(fixture.request('POST', testCall, { phone_number: withoutNine }), {
      message: /limit_reached/,
    })
  })

  t.test('A restart calls a contact once, and a merge updates it under the form that it has', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [withNine, withoutNine] = freshForms()
    const id = await fixture.startCampaign([{ phone_number: withNine }])
    await fixture.endCall((await fixture.dial())[0] as CallRef, 'invalid_number')
    await fixture.settle()
    t.match(await fixture.task(id), { status: 'failed' })
    await fixture.request('POST', `/api/campaigns/${id}/restart`, { include: ['invalid_number'] })
    t.match(await upload(fixture, id, [withoutNine], { on_duplicate: 'update' }), { updated: 1 })
    fixture.setNow(after(1))
    t.match(await fixture.dial(), [{ phone_number: withNine }])
    await assertConsistent(t, s.db, fixture.company.id)
  })
})
