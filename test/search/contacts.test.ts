import t, { test } from 'tap'
import { createCampaignTester } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

test('Contacts are found by name, by number in any spelling, and by their data', async (t) => {
  const c = await createCampaignTester(s)
  const id = await c.campaign()
  await c.add(
    id,
    {
      phone_number: '+79161234567',
      contact_name: 'Анна Ёлкина',
      contact_data: { city: 'Пермь', note: 'says "hi" \\ 50%' },
    },
    {
      phone_number: '+4915112345678',
      contact_name: 'Zoë Müller',
      further_numbers: [{ phone_number: '+493012345678' }],
    },
    {
      phone_number: '+79990000003',
      contact_name: '👩‍👧 =HYPERLINK("x")',
      contact_data: { order: { id: 4711 } },
    },
  )
  const find = async (query: Record<string, string>) => {
    const { status, body } = await c.get(`/api/campaigns/${id}/tasks?${new URLSearchParams(query)}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    t.equal(body.next_cursor, null)
    t.equal(body.total, body.items.length)
    t.equal(body.total_is_exact, true)
    return body.items.map(({ phone_number }: { phone_number: string }) => phone_number)
  }
  const [anna, zoe, emoji] = ['+79161234567', '+4915112345678', '+79990000003']
  t.same(await find({ q: 'анна' }), [anna])
  t.same(await find({ q: 'MÜLL' }), [zoe])
  t.same(await find({ q: '👩‍👧' }), [emoji])
  t.same(await find({ q: '=hyperlink(' }), [emoji])
  t.same(await find({ q: 'пермь' }), [anna])
  t.same(await find({ q: 'says "HI" \\ 50%' }), [anna], 'quotes and backslashes')
  t.same(await find({ q: '4711' }), [emoji], 'a nested value')
  t.same(await find({ q: '916123' }), [anna], 'a part of a number')
  t.same(await find({ q: '8 (916) 123-45-67', default_country: 'RU' }), [anna])
  t.same(await find({ q: '030 12345678', default_country: 'DE' }), [zoe], 'another number of the contact')
  t.same(await find({ phone_number: '8 916 123-45-67', default_country: 'RU' }), [anna])
  t.same(await find({ q: '+7', status: 'pending,retry' }), [emoji, anna])
  t.same(await find({ q: '+7', status: 'completed' }), [])
  for (const q of ["'); drop table call_tasks; --", '%%', '_', 'the', 'и']) await t.resolves(find({ q }), q)
  t.same(await find({ q: '50_' }), [], 'no wildcards')
  t.match(await c.get(`/api/campaigns/${id}/tasks?q=${'x'.repeat(10_000)}`), { status: 400 })
  const other = await s.createCompany()
  t.match(await s.request('GET', `/api/campaigns/${id}/tasks?q=anna`, other.headers), { status: 404 })
})
