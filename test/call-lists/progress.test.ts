import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { acrossCompanies } from '../../src/db/transaction.ts'
import { importStep, pruneImportRows } from '../../src/modules/call-lists/index.ts'
import { startTestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { boundary, checkCounts, form, freshNumber, ImportTester } from './setup.ts'

test('Progress of imports', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const listOf = (n: number) =>
    `phone,name\n${Array.from({ length: n }, (_, i) => `${freshNumber()},N${i}`).join('\n')}\n`

  t.test(
    'A list of over 10,000 rows is accepted with 202, and workers merge it in chunks of 20,000 rows',
    async (t) => {
      const id = await tester.createCampaign()
      const { status, body } = await tester.upload(id, listOf(45_000))
      t.match({ status, body }, { status: 202, body: { status: 'waiting', total: 45_000, created: 0 } })
      t.same(await tester.contacts(id), [])
      const getImport = async () => (await tester.request('GET', `/api/imports/${body.import_id}`)).body
      const createdAfterStep: number[] = []
      while ((await importStep(s.db, new Date())) > 0) createdAfterStep.push((await getImport()).created)
      t.same(createdAfterStep, [20_000, 40_000, 45_000])
      t.match(await getImport(), { status: 'completed', created: 45_000 })
      await checkCounts(t, tester, id, body.import_id)
      const first = (await tester.contacts(id))[0]
      t.match(first, { contact_name: 'N0' }, 'contacts are in the order of the file')
    },
  )

  t.test(
    'An import is locked while a process merges a chunk, and another continues it when that process dies',
    async (t) => {
      const id = await tester.createCampaign()
      const { body } = await tester.upload(id, listOf(30_000))
      await importStep(s.db, new Date())
      const killed = acrossCompanies(s.db, async (tx) => {
        await tx.execute(sql`select 1 from imports where id = ${body.import_id}::uuid for update`)
        t.equal(await importStep(s.db, new Date()), 0, 'a locked import is skipped')
        throw new Error('killed')
      })
      await t.rejects(killed, /killed/)
      await tester.runWorker()
      t.match((await tester.request('GET', `/api/imports/${body.import_id}`)).body, {
        status: 'completed',
        created: 30_000,
      })
      await checkCounts(t, tester, id, body.import_id)
    },
  )

  t.test('Cancelling an import deletes the contacts that it added', async (t) => {
    const id = await tester.createCampaign()
    const { body } = await tester.upload(id, listOf(30_000))
    await importStep(s.db, new Date())
    t.equal((await tester.contacts(id)).length, 20_000)
    const cancelled = await tester.request('POST', `/api/imports/${body.import_id}/cancel`)
    t.match(cancelled, { status: 200, body: { status: 'reverting' } })
    await tester.runWorker()
    t.match((await tester.request('GET', `/api/imports/${body.import_id}`)).body, {
      status: 'cancelled',
      created: 20_000,
      reverted: 20_000,
    })
    t.same(await tester.contacts(id), [])
    await checkCounts(t, tester, id)
    t.match(await tester.request('POST', `/api/imports/${body.import_id}/cancel`), {
      status: 409,
      body: { code: 'invalid_transition' },
    })
  })

  t.test(
    'Reverting an import deletes its contacts that were never called, and keeps the others',
    async (t) => {
      const id = await tester.createCampaign()
      const { body } = await tester.upload(id, listOf(10))
      const [first, second] = (await tester.request('GET', `/api/campaigns/${id}/tasks`)).body.items
      await s.db.orm.execute(sql`update call_tasks set status = 'in_progress' where id = ${first.id}::uuid`)
      await s.db.orm.execute(
        sql`update call_tasks set status = 'completed', attempt_count = 1 where id = ${second.id}::uuid`,
      )
      await tester.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: freshNumber() }] })
      const deleted = await tester.request('DELETE', `/api/imports/${body.import_id}`)
      t.match(deleted, { status: 200, body: { status: 'reverted', reverted: 8 } })
      t.equal((await tester.contacts(id)).length, 3)
      t.match(await tester.request('DELETE', `/api/imports/${body.import_id}`), {
        status: 200,
        body: { reverted: 8 },
      })
      await checkCounts(t, tester, id)
      const log = (await tester.request('GET', `/api/campaigns/${id}/log`)).body.items.map(
        ({ event }: { event: string }) => event,
      )
      t.ok(log.includes('list_imported') && log.includes('import_reverted'))
    },
  )

  t.test('Rejected rows are deleted 30 days after the import, or when the campaign is deleted', async (t) => {
    const [existing, deleted] = [await tester.createCampaign(), await tester.createCampaign()]
    for (const id of [existing, deleted]) await tester.upload(id, 'phone\nnobody\nno one\n')
    await tester.request('DELETE', `/api/campaigns/${deleted}`)
    const pruneAll = async (now: Date) => {
      for (let total = 0; ; ) {
        const pruned = await pruneImportRows(s.db, now)
        if (pruned === 0) return total
        total += pruned
      }
    }
    t.equal(await pruneAll(new Date()), 2)
    t.equal(await pruneAll(new Date(Date.now() + 31 * 86_400_000)), 2)
  })

  t.test(
    'An import fails when its campaign is stopped, and the contacts that it added are deleted',
    async (t) => {
      const id = await tester.createCampaign()
      await tester.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: freshNumber() }] })
      await tester.request('POST', `/api/campaigns/${id}/start`)
      const { body } = await tester.upload(id, listOf(25_000))
      await importStep(s.db, new Date())
      await tester.request('POST', `/api/campaigns/${id}/stop`)
      await tester.runWorker()
      const { body: ended } = await tester.request('GET', `/api/imports/${body.import_id}`)
      t.match(ended, { status: 'failed', error_code: 'campaign_over' })
      await checkCounts(t, tester, id)
      t.match(await tester.upload(id, listOf(1)), { status: 409, body: { code: 'campaign_over' } })
    },
  )
})

test('An interrupted upload fails and leaves no rows', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = s.app.server.address() as AddressInfo
  const wholeBody = form(`phone\n${Array.from({ length: 40_000 }, freshNumber).join('\n')}\n`)
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: `/api/campaigns/${id}/call-list`,
    headers: {
      ...tester.company.headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': wholeBody.length,
    },
  })
  request.on('error', () => undefined)
  request.write(wholeBody.subarray(0, wholeBody.length / 2))
  const findImport = async () => (await tester.request('GET', `/api/imports?campaign_id=${id}`)).body.items[0]
  await waitUntil('the import is received', async () => (await findImport())?.status === 'receiving')
  request.destroy()
  await waitUntil('the import has failed', async () => (await findImport())?.status === 'failed')
  t.match(await findImport(), { error_code: 'interrupted' })
  t.same(await tester.contacts(id), [])
  await checkCounts(t, tester, id)
  t.match(
    (await tester.upload(id, `phone\n${freshNumber()}`)).body,
    { created: 1 },
    'the next upload succeeds',
  )

  t.test('An upload whose process died fails after a minute', async (t) => {
    const [abandoned] = await s.db.orm.execute<{ id: string }>(sql`
      insert into imports (company_id, campaign_id, alive_at) values (${tester.company.id}::uuid, ${id}::uuid, now() - interval '2 min') returning id`)
    await s.db.orm.execute(sql`
      insert into import_rows (company_id, import_id, line, phone_number) values (${tester.company.id}::uuid, ${abandoned?.id}::uuid, 2, '+79990000000')`)
    await tester.runWorker()
    t.match((await tester.request('GET', `/api/imports/${abandoned?.id}`)).body, {
      status: 'failed',
      error_code: 'interrupted',
    })
    await checkCounts(t, tester, id)
  })
})
