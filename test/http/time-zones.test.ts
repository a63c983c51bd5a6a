import { test } from 'tap'
import { zoneDataRelease } from '../../src/lib/time/zone-data.ts'
import { boundary, form, freshNumber, ImportTester } from '../call-lists/setup.ts'
import { startTestService } from '../setup/service.ts'

test('Time zones', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const { headers } = tester.company

  t.test(
    'Every field that takes a time zone accepts the links of the IANA database, and keeps their names',
    async (t) => {
      for (const timezone of [
        'GMT',
        'EST5EDT',
        'Japan',
        'Singapore',
        'GB-Eire',
        'W-SU',
        'America/Coyhaique',
      ]) {
        const id = await tester.createCampaign({ timezone })
        t.match((await tester.request('GET', `/api/campaigns/${id}`)).body, { timezone }, 'a new campaign')
        const changed = await tester.createCampaign()
        t.match((await tester.request('PATCH', `/api/campaigns/${changed}`, { timezone })).body, { timezone })

        const tasks = [{ phone_number: freshNumber(), timezone }]
        t.match((await tester.request('POST', `/api/campaigns/${id}/tasks`, { tasks })).body, { created: 1 })
        await tester.upload(id, `phone,timezone\n${freshNumber()},${timezone}`)
        const list = `phone,call at\n${freshNumber()},2026-12-01 10:00`
        t.match(
          await tester.upload(id, list, { timezone }),
          { status: 200, body: { created: 1 } },
          'the form of a call list',
        )
        const contacts = await tester.contacts(id)
        t.match(contacts, [{ timezone, dial_timezone: timezone }, { timezone, dial_timezone: timezone }, {}])
        const { items } = (await tester.request('GET', `/api/campaigns/${id}/tasks`)).body
        const path = `/api/call-tasks/${items.at(-1).id}`
        t.match((await tester.request('PATCH', path, { timezone })).body, { timezone }, 'a changed contact')

        const query = `timezone=${encodeURIComponent(timezone)}`
        for (const report of [
          'analytics/metrics',
          'analytics/timeseries',
          'analytics/overview',
          'calls',
          'calls/export',
        ])
          t.match(
            await tester.request('GET', `/api/${report}?${query}`),
            { status: 200 },
            `${report} in ${timezone}`,
          )
        const suppressions = form(`phone,expires\n${freshNumber()},2027-01-01 10:00`, { timezone })
        const type = { 'content-type': `multipart/form-data; boundary=${boundary}` }
        const suppressed = await s.request(
          'POST',
          '/api/suppressions/import',
          { ...headers, ...type },
          suppressions,
        )
        t.match(suppressed.body, { created: 1 }, 'the form of a suppression list')
      }
    },
  )

  t.test(
    'A campaign in any zone of UTC is warned that contacts without a zone are called by UTC',
    async (t) => {
      const skillbase_id = (await tester.request('GET', '/api/skillbases')).body.items[0].id
      for (const [timezone, isWarned] of [
        ['UTC', true],
        ['GMT', true],
        ['Zulu', true],
        ['Europe/London', false],
      ] as const) {
        const { body } = await tester.request('POST', '/api/campaigns', { name: 'C', skillbase_id, timezone })
        const warning = body.warnings.find(({ code }: { code: string }) => code === 'timezone_is_utc')
        t.equal(warning !== undefined, isWarned, timezone)
        if (isWarned) t.match(warning.detail, `timezone of the campaign is ${timezone}.`)
      }
    },
  )

  t.test(
    'The readiness check and the diagnostics of a campaign show which zone data are in use',
    async (t) => {
      const timezone_data = zoneDataRelease()
      t.match((await s.request('GET', '/health/ready')).body, { timezone_data })
      const id = await tester.createCampaign()
      t.match((await tester.request('GET', `/api/campaigns/${id}/diagnostics`)).body, { timezone_data })
    },
  )
})
