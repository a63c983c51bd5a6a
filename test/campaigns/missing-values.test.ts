import { test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'

test('The check before a start counts the contacts without a value for a variable', async (t) => {
  const s = await startTestService(t)
  const api = await createCampaignTester(s)
  let bots = 0
  const campaignWith = async (role: string) => {
    const config = { ...exampleConfig, context: { ...exampleConfig.context, role } }
    const { body } = await api.post('/api/skillbases', { name: 'Bot', slug: `b-${bots++}`, config })
    await api.post(`/api/skillbases/${body.id}/publish`, {})
    return api.campaign({ skillbase_id: body.id })
  }
  const addContacts = (id: string, ...contacts: object[]) =>
    api.add(id, ...contacts.map((contact) => ({ phone_number: freshNumber(), ...contact })))
  const warningOf = ({ body }: { body: { warnings: { code: string; detail: string }[] } }) =>
    body.warnings.find(({ code }) => code === 'missing_values')?.detail
  const start = async (id: string) => warningOf(await api.post(`/api/campaigns/${id}/start`, {}))

  t.test(
    'It names each variable, most contacts first, at start, resume, restart and in the schedule',
    async (t) => {
      const id = await campaignWith('{{clinic}} {{visit day}} {{name}} {{phone_number}} {{current_date}}')
      await addContacts(
        id,
        { contact_name: 'A', contact_data: { clinic: 'North', 'Visit Day': 'Monday' } },
        { contact_name: 'B', contact_data: { clinic: ' ', 'visit day': 1 } },
        { contact_data: { clinic: null, name: 'C' } },
        { contact_data: { CLINIC: ['North'] } },
      )
      const expected =
        /^Of 4 contact\(s\) .*: \{\{clinic\}\} \(3 of them\), \{\{visit day\}\} \(2 of them\), \{\{name\}\} \(1 of them\)\./
      const schedule = await api.get(`/api/campaigns/${id}/schedule`)
      t.match(warningOf(schedule), expected)
      t.match(await start(id), expected)
      await api.post(`/api/campaigns/${id}/pause`, {})
      t.match(warningOf(await api.post(`/api/campaigns/${id}/resume`, {})), expected)
      await api.post(`/api/campaigns/${id}/stop`, {})
      const restarted = await api.post(`/api/campaigns/${id}/restart`, { statuses: ['cancelled'] })
      t.match(warningOf(restarted), expected)
    },
  )

  t.test('Values within objects and under similar names count, as they do in a brief', async (t) => {
    const id = await campaignWith('{{contact.address.city}} {{ИМЯ}} {{address.zip.code}}')
    await addContacts(
      id,
      { contact_data: { address: { city: 'Perm', zip: { code: 614000 } }, имя: 'Анна' } },
      { contact_data: { Address: { City: 'Perm' }, Имя: 'Олег', 'address.zip.code': 'flat' } },
    )
    t.equal(await start(id), undefined)
    const ambiguous = await campaignWith('{{ИМЯ}}')
    await addContacts(
      ambiguous,
      { contact_data: { имя: 'Анна', Имя: 'Олег' } },
      { contact_data: { Имя: 'Олег' } },
    )
    t.match(await start(ambiguous), /\{\{ИМЯ\}\} \(1 of them\)/)
  })

  t.test('A variable with a default, and a skillbase without variables, need no values', async (t) => {
    for (const role of ['{{clinic | default: "our clinic"}}', 'No variables']) {
      const id = await campaignWith(role)
      await addContacts(id, {})
      t.equal(await start(id), undefined)
    }
    const used = await campaignWith('{{clinic | default: "our clinic"}} {{clinic}}')
    await addContacts(used, {})
    t.match(await start(used), /\{\{clinic\}\} \(1 of them\)/)
  })

  t.test('At most 20,000 contacts are checked', async (t) => {
    const id = await campaignWith('{{clinic}}')
    await s.db.client`
      insert into call_tasks (company_id, id, campaign_id, phone_number, contact_data, dial_timezone, timezone_source)
      select ${api.company.id}, gen_random_uuid(), ${id}, '+7901' || lpad(n::text, 7, '0'), '{"a": 1}', 'Europe/Moscow', 'given'
      from generate_series(1, 20500) n`
    t.match(await start(id), /^Of 20000 contact\(s\) that were checked, .*\{\{clinic\}\} \(20000 of them\)/)
  })

  t.test(
    'A schedule of many contacts and variables is not counted anew by each request, but a start is',
    async (t) => {
      const names = Array.from({ length: 20 }, (_, i) => `value ${i}`)
      const id = await campaignWith(names.map((name) => `{{${name}}}`).join(' '))
      await s.db.client`
      insert into call_tasks (company_id, id, campaign_id, phone_number, contact_data, dial_timezone, timezone_source)
      select ${api.company.id}, gen_random_uuid(), ${id}, '+7902' || lpad(n::text, 7, '0'), '{"a": 1}', 'Europe/Moscow', 'given'
      from generate_series(1, 20000) n`
      const schedule = async () => warningOf(await api.get(`/api/campaigns/${id}/schedule`))
      const counted = await schedule()
      t.match(counted, /\{\{value 0\}\} \(20000 of them\)/)
      await s.db.client`update call_tasks set contact_data = '{"value 0": "x"}' where campaign_id = ${id}`
      t.equal(await schedule(), counted)
      t.notMatch(await start(id), /\{\{value 0\}\}/)
    },
  )

  t.test('Other companies and campaigns are not counted', async (t) => {
    const id = await campaignWith('{{clinic}}')
    await addContacts(id, { contact_data: { clinic: 'North' } })
    t.equal(await start(id), undefined)
  })
})
