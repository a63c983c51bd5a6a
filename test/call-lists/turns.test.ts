import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { acrossCompanies } from '../../src/db/transaction.ts'
import { importStep } from '../../src/modules/call-lists/index.ts'
import { startTestService } from '../setup/service.ts'
import { checkCounts, freshNumber, ImportTester } from './setup.ts'

const listOf = (rows: number, data = '') =>
  `phone,data\n${Array.from({ length: rows }, () => `${freshNumber()},${data}\n`).join('')}`

test('Imports of companies take turns', async (t) => {
  const s = await startTestService(t)
  /** Uploads a list that workers merge. Returns the id of its import. */
  const enqueue = async (tester: ImportTester, file: string) => {
    const { status, body } = await tester.upload(await tester.createCampaign(), file)
    t.equal(status, 202, JSON.stringify(body))
    return body.import_id as string
  }
  const importOf = async (tester: ImportTester, id: string) =>
    (await tester.request('GET', `/api/imports/${id}`)).body
  const now = new Date()
  /** The time of the nth step, so that the order does not depend on the clock. */
  const at = (n: number) => new Date(now.getTime() + n * 1_000)

  t.test('A chunk of another company follows each chunk of one with many imports', async (t) => {
    const [many, one] = [await ImportTester.create(s), await ImportTester.create(s)]
    const manyImports = [await enqueue(many, listOf(41_000)), await enqueue(many, listOf(10_001))]
    const last = await enqueue(one, listOf(10_001))
    const created: unknown[] = []
    for (let n = 1; n <= 4; n++) {
      await importStep(s.db, at(n))
      const counts = [...manyImports.map((id) => importOf(many, id)), importOf(one, last)]
      created.push((await Promise.all(counts)).map((current) => current.created))
    }
    t.same(created, [
      [20_000, 0, 0],
      [20_000, 0, 10_001],
      [20_000, 10_001, 10_001],
      [40_000, 10_001, 10_001],
    ])
    t.equal(await importStep(s.db, at(5)), 1)
    t.equal(await importStep(s.db, at(6)), 0)
  })

  t.test('A chunk ends after 8 MB of rows', async (t) => {
    const tester = await ImportTester.create(s)
    const id = await tester.createCampaign()
    const { status, body } = await tester.upload(id, listOf(2_500, 'x'.repeat(9_000)))
    t.match(
      { status, body },
      { status: 202, body: { status: 'waiting' } },
      'a large list is not merged in the request',
    )
    const steps: number[] = []
    while ((await importStep(s.db, at(10 + steps.length))) > 0)
      steps.push((await importOf(tester, body.import_id)).created)
    t.equal(steps.at(-1), 2_500)
    t.equal(steps.length, 3)
    t.ok(steps[0] !== undefined && steps[0] < 1_000, `${steps}`)
    await checkCounts(t, tester, id, body.import_id)
  })

  t.test('A campaign that another transaction has locked costs only its own import', async (t) => {
    const [stuck, other] = [await ImportTester.create(s), await ImportTester.create(s)]
    const stuckId = await enqueue(stuck, listOf(10_001))
    const otherId = await enqueue(other, listOf(10_001))
    await acrossCompanies(s.db, async (tx) => {
      await tx.execute(sql`select 1 from campaigns where company_id = ${stuck.company.id}::uuid for update`)
      const failures: object[] = []
      t.equal(await importStep(s.db, at(20), (failure) => failures.push(failure)), 1)
      t.match(failures, [{ import_id: stuckId, failed_attempts: 1, is_set_aside: false }])
      t.equal(await importStep(s.db, at(21)), 1)
      t.match(await importOf(other, otherId), { status: 'completed', created: 10_001 })
      t.equal(await importStep(s.db, at(22)), 0, 'the locked import waits')
      for (let n = 1; n < 8; n++)
        await importStep(s.db, at(20 + n * 1_000), (failure) => failures.push(failure))
      t.match(failures.at(-1), { failed_attempts: 8, is_set_aside: false }, 'a lock never sets it aside')
      t.match(await importOf(stuck, stuckId), {
        status: 'waiting',
        failed_attempts: 8,
        last_error: /Another transaction has locked the campaign/,
        next_attempt_at: at(7_020 + 300).toISOString(),
      })
    })
    t.equal(await importStep(s.db, at(20_000)), 1)
    t.match(await importOf(stuck, stuckId), {
      status: 'completed',
      created: 10_001,
      failed_attempts: 0,
      last_error: null,
      next_attempt_at: null,
    })
  })

  t.test(
    'An import that cannot be merged is attempted with growing pauses, then fails with the reason',
    async (t) => {
      const [broken, other] = [await ImportTester.create(s), await ImportTester.create(s)]
      const campaign = await broken.createCampaign()
      const { body } = await broken.upload(campaign, listOf(30_000))
      const id = body.import_id
      t.equal(await importStep(s.db, at(30_000)), 1)
      t.match(await importOf(broken, id), { created: 20_000 })
      // A value that no row of a file can have: the database refuses the statement.
      await s.db.orm.execute(sql`
      update import_rows set priority = 2147483647, contact_data = '[]' where import_id = ${id}::uuid`)
      await s.db.orm.execute(
        sql`alter table call_tasks add constraint no_max check (priority < 2147483647) not valid`,
      )
      const otherId = await enqueue(other, listOf(10_001))
      const pauses: number[] = []
      for (let n = 40_000; pauses.length < 5; n++) {
        let failure: { is_set_aside: boolean } | undefined
        await importStep(s.db, at(n), (recorded) => {
          failure = recorded
        })
        if (failure === undefined) continue
        const { next_attempt_at } = await importOf(broken, id)
        const pause = next_attempt_at === null ? 0 : (Date.parse(next_attempt_at) - at(n).getTime()) / 1_000
        pauses.push(pause)
        t.equal(failure.is_set_aside, pauses.length === 5)
        n += pause
      }
      t.same(pauses, [5, 10, 20, 40, 0])
      t.match(await importOf(other, otherId), { status: 'completed' })
      while ((await importStep(s.db, at(50_000))) > 0);
      t.match(await importOf(broken, id), {
        status: 'failed',
        error_code: 'merge_failed',
        error_message: /in 5 attempts.*SQLSTATE 23514.*Upload the file again/,
        created: 20_000,
        reverted: 20_000,
      })
      t.equal((await broken.contacts(campaign)).length, 0, 'contacts of earlier chunks are deleted')
      await s.db.orm.execute(sql`alter table call_tasks drop constraint no_max`)
      const metrics = (await s.request('GET', '/metrics')).body as string
      t.match(metrics, /new_voice_loop_failed_items_total\{loop="import-call-lists",result="set_aside"\} 1/)
      await checkCounts(t, broken, campaign)
    },
  )

  t.test(
    'Imports of a company that the statistics do not contain are merged, rejected and cancelled in linear time',
    async (t) => {
      const [known, unknown] = [await ImportTester.create(s), await ImportTester.create(s)]
      await known.upload(await known.createCampaign(), listOf(9_000))
      await s.db.orm.execute(sql`analyze call_tasks, import_rows, calls`)
      const list = listOf(40_000)
      const campaign = await unknown.createCampaign()
      const { body: first } = await unknown.upload(campaign, list)
      await unknown.runWorker()
      t.match(await importOf(unknown, first.import_id), { status: 'completed', created: 40_000 })
      const repeat = { on_duplicate: 'reject' }
      const { body: second } = await unknown.upload(campaign, list, repeat)
      await unknown.runWorker()
      t.match(await importOf(unknown, second.import_id), { status: 'completed', rejected: 40_000 })
      t.equal((await unknown.request('DELETE', `/api/imports/${first.import_id}`)).status, 200)
      await unknown.runWorker()
      t.match(await importOf(unknown, first.import_id), { status: 'reverted', reverted: 40_000 })
    },
  )

  t.test('An import is not blamed for a database that does not work', async (t) => {
    const tester = await ImportTester.create(s)
    const id = await enqueue(tester, listOf(10_001))
    await s.db.orm.execute(sql`alter table call_tasks disable trigger all`)
    await s.db.orm.execute(sql`
      create function refuse_write() returns trigger language plpgsql as $$ begin
        raise exception 'no space' using errcode = '53100'; end $$`)
    await s.db.orm.execute(sql`
      create trigger refuse_write before insert on call_tasks execute function refuse_write()`)
    await t.rejects(importStep(s.db, at(60_000)), { code: '53100' })
    await s.db.orm.execute(sql`drop trigger refuse_write on call_tasks`)
    await s.db.orm.execute(sql`drop function refuse_write()`)
    await s.db.orm.execute(sql`alter table call_tasks enable trigger all`)
    t.match(await importOf(tester, id), { status: 'waiting', failed_attempts: 0, last_error: null })
    t.equal(await importStep(s.db, at(60_001)), 1)
    t.match(await importOf(tester, id), { status: 'completed' })
  })
})
